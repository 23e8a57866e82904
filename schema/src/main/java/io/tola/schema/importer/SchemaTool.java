package io.tola.schema.importer;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the executable jar. */
@Command(
    name = "tola-schema",
    mixinStandardHelpOptions = true,
    description = "Tools for Tola's database.",
    subcommands = ImportCommand.class)
public final class SchemaTool {

  SchemaTool() {}

  /** Runs a command and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new SchemaTool());
  }
}
