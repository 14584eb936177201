"""The clauses of the protocol, a file a family: each looks at the scene and reports findings, and never acts."""
