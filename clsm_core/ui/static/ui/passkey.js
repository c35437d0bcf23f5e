/* Passkeys: the one part that needs a script. It reads the ceremony's options from the page or
   from the service, asks the browser, and posts the answer with the form; it writes no markup.

   <form data-passkey="create|get" data-options="ID"> … <input type="hidden" name="credential">
   data-options  id of the JSON script element that holds {creation_options|request_options}
   data-fetch    instead: address that gives the same JSON (login without a name)
   data-prf      optional: base64url salt; the form's input "prf" receives the output, with which
                 the vault opens (never shown, never stored here) */
"use strict";

(() => {
  const REFUSED = "La clé d’accès n’a pas été utilisée. Réessayez, ou prenez un autre moyen.";
  const KNOWN = "Cet appareil a déjà une clé d’accès pour ce compte.";
  const ABSENT = "Ce navigateur ne sait pas utiliser de clé d’accès. Prenez un autre moyen.";

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

  const withPrf = (options, form) => {
    if (form.dataset.prf) {
      options.extensions = {
        ...options.extensions,
        prf: { eval: { first: bytes(form.dataset.prf) } },
      };
    }
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
    return navigator.credentials.create({ publicKey: withPrf(options, form) });
  };

  const get = async (data, form) => {
    const json = data.request_options.publicKey;
    const options = PublicKeyCredential.parseRequestOptionsFromJSON(json);
    return navigator.credentials.get({ publicKey: withPrf(options, form) });
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
    const prf = credential.getClientExtensionResults().prf;
    const secret = prf && prf.results && prf.results.first;
    const input = form.querySelector("input[name=prf]");
    if (input && secret) input.value = base64url(secret);
    /* The output is a key: it never travels inside the credential. */
    if (answer.clientExtensionResults) delete answer.clientExtensionResults.prf;
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
        say(form, error.name === "InvalidStateError" ? KNOWN : REFUSED);
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
