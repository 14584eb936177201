"""The command `postwacht`, also `python -m gateway`."""

from gateway.cli import postwacht


def main() -> None:
    """Run the command line; ends the process with its exit code."""
    postwacht(prog_name="postwacht")


if __name__ == "__main__":
    main()
