"""What three attackers can do, as programs that an outsider may read and run (decision 49).

``dump`` has a stolen dump and this source code; ``dump_and_configuration`` also has the service's
keys; ``sql_writer`` writes in the database as he likes. They import ``cases.vault`` and a driver,
nothing else of the service: no policy and no rule of the database stands in their way.
"""
