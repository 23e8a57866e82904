package io.tola.verifier;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line. Exit code 0: sound. 1: not sound. 2: not used rightly, or not readable. */
@Command(
    name = "tola-verifier",
    description = "Checks what an audit log says of itself, without the platform that wrote it.",
    subcommands = {
      AuditVerifier.ExportCommand.class,
      AuditVerifier.ProofCommand.class,
      AuditVerifier.CheckpointsCommand.class
    },
    mixinStandardHelpOptions = true)
public final class AuditVerifier {

  private AuditVerifier() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new AuditVerifier())
        .setExecutionExceptionHandler(
            (e, command, parsed) -> {
              command.getErr().println("can't be read: " + e.getMessage());
              command.getErr().flush();
              return 2;
            });
  }

  /** What every command needs. */
  abstract static class Check implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
        names = "--key",
        required = true,
        paramLabel = "KEY",
        description =
            "The log's public key, name+id+base64, or a file that holds it; got from the platform's "
                + "operator, not from what is checked. More than one after a change of keys.")
    private List<String> keyTexts;

    @Parameters(paramLabel = "FILE", description = "What to check; plain or .gz.")
    private Path file;

    List<LogKey> keys() throws IOException {
      List<LogKey> keys = new ArrayList<>();
      for (String text : keyTexts) {
        String key = text;
        if (!text.contains("+") || Files.isRegularFile(Path.of(text))) {
          key = Files.readString(Path.of(text));
        }
        try {
          keys.add(LogKey.parse(key));
        } catch (IllegalArgumentException e) {
          throw new CommandLine.ParameterException(spec.commandLine(), "--key: " + e.getMessage());
        }
      }
      return keys;
    }

    BufferedReader open() throws IOException {
      // A byte that isn't UTF-8 must not pass for another.
      return open(file, CodingErrorAction.REPORT);
    }

    static BufferedReader open(Path file, CodingErrorAction malformed) throws IOException {
      InputStream in = Files.newInputStream(file);
      if (file.toString().endsWith(".gz")) {
        in = new GZIPInputStream(in, 1 << 16);
      }
      return new BufferedReader(
          new InputStreamReader(
              in,
              StandardCharsets.UTF_8
                  .newDecoder()
                  .onMalformedInput(malformed)
                  .onUnmappableCharacter(malformed)),
          1 << 16);
    }

    String text() throws IOException {
      try (BufferedReader in = open()) {
        return read(in);
      }
    }

    /** Half a character where a crash cut a checkpoint off must not hide all the others. */
    static CheckpointList checkpoints(Path file, List<LogKey> keys, Verdict verdict)
        throws IOException {
      try (BufferedReader in = open(file, CodingErrorAction.REPLACE)) {
        return CheckpointList.read(read(in), keys, verdict);
      }
    }

    Path file() {
      return file;
    }

    static String read(BufferedReader in) throws IOException {
      StringBuilder out = new StringBuilder();
      char[] buffer = new char[8192];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.append(buffer, 0, n);
      }
      return out.toString();
    }

    int say(Verdict verdict) {
      PrintWriter out = spec.commandLine().getOut();
      verdict.remarks().forEach(out::println);
      verdict.faults().forEach(f -> out.println("WRONG  " + f));
      if (verdict.faultsTotal() > verdict.faults().size()) {
        out.println("and " + (verdict.faultsTotal() - verdict.faults().size()) + " more");
      }
      out.println(verdict.sound() ? "SOUND" : "NOT SOUND");
      out.flush();
      return verdict.sound() ? 0 : 1;
    }
  }

  /** Checks an export. */
  @Command(
      name = "export",
      description = "Checks an export of the log: every entry, and the signed root over all.",
      mixinStandardHelpOptions = true)
  static final class ExportCommand extends Check {

    @Option(
        names = "--checkpoints",
        paramLabel = "FILE",
        description = "Checkpoints that were kept outside of the platform's database.")
    private Path checkpoints;

    @Option(
        names = "--retention-days",
        paramLabel = "DAYS",
        defaultValue = "" + ExportCheck.LEAST_DAYS,
        description =
            "How old entries must be that the platform dropped (default: ${DEFAULT-VALUE}). The kept "
                + "checkpoints show it, not the platform.")
    private int retentionDays;

    @Override
    public Integer call() throws IOException {
      Verdict verdict = new Verdict();
      List<LogKey> keys = keys();
      CheckpointList list =
          checkpoints == null
              ? CheckpointList.read("", keys, verdict)
              : checkpoints(checkpoints, keys, verdict);
      ExportCheck check = new ExportCheck(keys, list, Duration.ofDays(retentionDays), verdict);
      try (BufferedReader in = open()) {
        check.run(in);
      }
      return say(verdict);
    }
  }

  /** Checks a proof. */
  @Command(
      name = "proof",
      description = "Checks an answer of GET /audit/proof, as it was received.",
      mixinStandardHelpOptions = true)
  static final class ProofCommand extends Check {
    @Override
    public Integer call() throws IOException {
      Verdict verdict = new Verdict();
      ProofCheck.run(text(), keys(), verdict);
      return say(verdict);
    }
  }

  /** Checks a file of checkpoints. */
  @Command(
      name = "checkpoints",
      description =
          "Checks a file of checkpoints: signatures, and that they don't contradict each other.",
      mixinStandardHelpOptions = true)
  static final class CheckpointsCommand extends Check {
    @Override
    public Integer call() throws IOException {
      Verdict verdict = new Verdict();
      CheckpointList list = checkpoints(file(), keys(), verdict);
      verdict.remark(list.count() + " checkpoints");
      return say(verdict);
    }
  }
}
