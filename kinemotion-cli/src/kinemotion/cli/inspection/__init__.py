"""Commands about the installation, the contract and a file: version, movements, doctor, selftest, schema, probe."""
