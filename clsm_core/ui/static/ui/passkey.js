/* Passkeys: the one part that needs a script. It reads the ceremony's options from the page or
   from the service, asks the browser, and posts the answer with the form; it writes no markup.

   <form data-passkey="create|get" data-options="ID"> … <input type="hidden" name="credential">
   data-options  id of the JSON script element that holds {creation_options|request_options}
   data-fetch    instead: address that gives the same JSON (login without a name)
   data-prf      optional: base64url salt. At creation the key is only asked whether it can give a
                 secret; at use the form's input "prf" receives it (never shown, never stored)
   data-prf-needed  without a secret the form is worth nothing: say so, post nothing */
"use strict";

(() => {
  const REFUSED = "La clé d’accès n’a pas été utilisée. Réessayez, ou prenez un autre moyen.";
  const KNOWN = "Cet appareil a déjà une clé d’accès pour ce compte.";
  const ABSENT = "Ce navigateur ne sait pas utiliser de clé d’accès. Prenez un autre moyen.";

  const WITHOUT =
    "Cette clé d’accès ne donne pas de quoi ouvrir le coffre ici : prenez votre phrase de passe.";

  const SAID = { InvalidStateError: KNOWN, WithoutSecret: WITHOUT };

  const bytes = (text) => {
    const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  };

  const base64url = (buffer) => {
    const text = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
    return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };

  const readOptions = async (form) => {
    if (form.dataset.fetch) {
      const answer = await fetch(form.dataset.fetch, {
        headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
        credentials: "same-origin",
      });
      if (!answer.ok) throw new Error("options");
      return answer.json();
    }
    return JSON.parse(document.getElementById(form.dataset.options).textContent);
  };

  const withPrf = (options, form, prf) => {
    if (form.dataset.prf) options.extensions = { ...options.extensions, prf };
    return options;
  };

  const create = async (data, form) => {
    const json = structuredClone(data.creation_options.publicKey);
    const choice = form.querySelector("input[name=passwordless]");
    if (choice) {
      /* A key that opens the login alone must live on the device and check who holds it. */
      json.authenticatorSelection = {
        ...json.authenticatorSelection,
        residentKey: choice.checked ? "required" : "discouraged",
        requireResidentKey: choice.checked,
        ...(choice.checked ? { userVerification: "required" } : {}),
      };
    }
    const options = PublicKeyCredential.parseCreationOptionsFromJSON(json);
    return navigator.credentials.create({ publicKey: withPrf(options, form, {}) });
  };

  const get = async (data, form) => {
    const json = data.request_options.publicKey;
    const options = PublicKeyCredential.parseRequestOptionsFromJSON(json);
    const prf = form.dataset.prf ? { eval: { first: bytes(form.dataset.prf) } } : {};
    return navigator.credentials.get({ publicKey: withPrf(options, form, prf) });
  };

  const say = (form, text) => {
    const place = form.querySelector("[data-passkey-status]");
    if (place) {
      place.hidden = false;
      place.textContent = text;
    }
  };

  const answerOf = (credential, form) => {
    const answer = credential.toJSON();
    const prf = credential.getClientExtensionResults().prf || {};
    const secret = prf.results && prf.results.first;
    const input = form.querySelector("input[name=prf]");
    if (input) input.value = secret ? base64url(secret) : "";
    if ("prfNeeded" in form.dataset && !secret) throw new DOMException("", "WithoutSecret");
    /* The output is a key: it never travels inside the credential, which is kept. */
    if (answer.clientExtensionResults) {
      delete answer.clientExtensionResults.prf;
      if (prf.enabled) answer.clientExtensionResults.prf = { enabled: true };
    }
    return JSON.stringify(answer);
  };

  const start = (form) => {
    form.addEventListener("submit", async (event) => {
      /* form.submit() below raises no event: each event is a person's gesture. */
      event.preventDefault();
      const field = form.querySelector("input[name=credential]");
      const act = form.dataset.passkey === "create" ? create : get;
      try {
        const credential = await act(await readOptions(form), form);
        field.value = answerOf(credential, form);
        form.submit();
      } catch (error) {
        say(form, SAID[error.name] || REFUSED);
      }
    });
  };

  const supported =
    window.PublicKeyCredential && "parseCreationOptionsFromJSON" in PublicKeyCredential;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("button[type=submit]");
    if (supported) {
      start(form);
      button.disabled = false;
    } else {
      say(form, ABSENT);
    }
  }
})();
