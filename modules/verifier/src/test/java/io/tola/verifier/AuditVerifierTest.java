package io.tola.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line as an auditor uses it, on a log of two entries that this test signs itself. */
class AuditVerifierTest {

  private static final String NAME = "tola/test";
  private static final String FIELDS =
      "\"account_id\":null,\"action\":\"user_created\",\"actor\":\"system\",\"at\":0,"
          + "\"entity_id\":\"u%1$d\",\"entity_type\":\"user\",\"id\":\"00000000-0000-0000-0000-00000000000%1$d\"";

  @TempDir private Path folder;

  private KeyPair pair;
  private String key;
  private String export;
  private String note;
  private String said;

  @BeforeEach
  void signALog() throws GeneralSecurityException {
    pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] der = pair.getPublic().getEncoded();
    byte[] typed = new byte[33];
    typed[0] = 1;
    System.arraycopy(der, der.length - 32, typed, 1, 32);
    byte[] id = id(typed);
    key =
        NAME + "+" + HexFormat.of().formatHex(id) + "+" + Base64.getEncoder().encodeToString(typed);
    Sha256 sha = new Sha256();
    byte[][] leaves = new byte[2][];
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 2; i++) {
      String fields = FIELDS.formatted(i);
      leaves[i] = sha.leaf(("{" + fields + "}\n{\"n\":1}").getBytes(StandardCharsets.UTF_8));
      lines
          .append("{\"type\":\"entry\",\"leaf\":")
          .append(i)
          .append(",\"hash\":\"")
          .append(HexFormat.of().formatHex(leaves[i]))
          .append("\",\"detail\":\"{\\\"n\\\":1}\",")
          .append(fields)
          .append("}\n");
    }
    note = note(2, sha.node(leaves[0], leaves[1]), id);
    export =
        "{\"type\":\"head\",\"format\":\"tola-audit-export/1\",\"origin\":\""
            + NAME
            + "\",\"from\":0,\"to\":2,\"size\":2,\"dropped_below\":0,\"checkpoint\":\""
            + note.replace("\n", "\\n")
            + "\"}\n"
            + lines
            + "{\"type\":\"end\",\"size\":2}\n";
  }

  private static byte[] id(byte[] typed) {
    byte[] prefix = (NAME + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(prefix, prefix.length + typed.length);
    System.arraycopy(typed, 0, all, prefix.length, typed.length);
    return Arrays.copyOf(new Sha256().of(all), 4);
  }

  private String note(long size, byte[] root, byte[] id) throws GeneralSecurityException {
    String text =
        NAME
            + "\n"
            + size
            + "\n"
            + Base64.getEncoder().encodeToString(root)
            + "\ntime 2026-11-21T04:00:00Z\n";
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(pair.getPrivate());
    signer.update(text.getBytes(StandardCharsets.UTF_8));
    byte[] signature = signer.sign();
    byte[] line = Arrays.copyOf(id, 4 + signature.length);
    System.arraycopy(signature, 0, line, 4, signature.length);
    return text + "\n\u2014 " + NAME + " " + Base64.getEncoder().encodeToString(line) + "\n";
  }

  private int run(String... arguments) {
    StringWriter out = new StringWriter();
    CommandLine command = AuditVerifier.commandLine();
    command.setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(out));
    int code = command.execute(arguments);
    said = out.toString();
    return code;
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content).toString();
  }

  @Test
  void aSoundExportIsSoundWithAKeyAsTextOrFilePlainOrCompressed() throws IOException {
    String plain = file("export.ndjson", export);
    assertThat(run("export", plain, "--key", key)).as(said).isZero();
    assertThat(said).contains("2 entries", "SOUND");
    String keyFile = file("audit.key", key + "\n");
    String checkpoints = file("checkpoints.txt", note + "\n" + note + "\n");
    assertThat(run("export", plain, "--key", keyFile, "--checkpoints", checkpoints)).isZero();
    assertThat(said).contains("1 of 1 kept checkpoints compared");
    Path packed = folder.resolve("export.ndjson.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(export.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(run("export", packed.toString(), "--key", key)).as(said).isZero();
    byte[] bytes = Files.readAllBytes(packed);
    Files.write(packed, Arrays.copyOf(bytes, bytes.length - 12));
    assertThat(run("export", packed.toString(), "--key", key)).isEqualTo(1);
    assertThat(said).contains("NOT SOUND").containsAnyOf("truncated", "damaged");
  }

  @Test
  void everyFaultHasALineAndTheExitCodeSaysSo() throws IOException {
    String edited =
        file("edited.ndjson", export.replace("\"entity_id\":\"u1\"", "\"entity_id\":\"u9\""));
    assertThat(run("export", edited, "--key", key)).isEqualTo(1);
    assertThat(said).contains("WRONG  leaf 1, entry 00000000-0000-0000-0000-000000000001: changed");
    String cut = file("cut.ndjson", export.substring(0, export.length() / 2));
    assertThat(run("export", cut, "--key", key)).isEqualTo(1);
    assertThat(said).contains("truncated");
    Path latin = folder.resolve("latin.ndjson");
    Files.write(
        latin, export.replace("system", "syst\u00e9m").getBytes(StandardCharsets.ISO_8859_1));
    assertThat(run("export", latin.toString(), "--key", key)).isEqualTo(1);
    assertThat(said).contains("not readable");
  }

  @Test
  void checkpointsAreCheckedByThemselves() throws IOException {
    assertThat(run("checkpoints", file("a.txt", note + "\n" + note), "--key", key)).isZero();
    assertThat(run("checkpoints", file("b.txt", note.replace("\n2\n", "\n3\n")), "--key", key))
        .isEqualTo(1);
    assertThat(said).contains("its signature is wrong");
    assertThat(run("checkpoints", file("c.txt", "hello"), "--key", key)).isEqualTo(1);
    assertThat(said).contains("no checkpoint of this log");
  }

  @Test
  void whatACrashCutOffHidesNoOtherCheckpoint() throws IOException {
    byte[] whole = (note + "\n").getBytes(StandardCharsets.UTF_8);
    // Cut off anywhere, in the middle of a character too, with the next behind it as nodes write
    // it.
    for (int cut = 1; cut < whole.length - 2; cut++) {
      Path file = folder.resolve("cut.txt");
      try (OutputStream out = Files.newOutputStream(file)) {
        out.write(whole);
        out.write(whole, 0, cut);
        out.write((whole[cut - 1] == '\n' ? "\n" : "\n\n").getBytes(StandardCharsets.UTF_8));
        out.write(whole);
      }
      assertThat(run("checkpoints", file.toString(), "--key", key)).as(cut + "\n" + said).isZero();
      assertThat(said).contains("1 checkpoints");
    }
    // Without the empty line, as an older node left it: what stands behind those two is read.
    String glued = note + "\n" + note.substring(0, note.length() - 30) + note + "\n" + note;
    String export = file("export.ndjson", this.export);
    assertThat(
            run("export", export, "--key", key, "--checkpoints", file("glued.txt", glued + "\n")))
        .as(said)
        .isZero();
    assertThat(said).contains("passed over", "1 of 1 kept checkpoints");
  }

  @Test
  void anotherLogsCheckpointsInASharedFileArePassedOverAndSaid() throws IOException {
    String other = note.replace(NAME, "acme/test");
    String kept = file("shared.txt", other + "\n" + note + "\n" + other);
    assertThat(run("checkpoints", kept, "--key", key)).as(said).isZero();
    assertThat(said).contains("2 checkpoints are passed over: of the log \"acme/test\"");
    assertThat(run("checkpoints", file("others.txt", other), "--key", key)).isEqualTo(1);
  }

  @Test
  void whatIsNotAProofIsNotSound() throws IOException {
    for (String text :
        List.of("", "{}", "[]", "{\"checkpoint\":{}}", "{\"entry\":1}", "nonsense")) {
      assertThat(run("proof", file("proof.json", text), "--key", key)).as(text).isEqualTo(1);
    }
  }

  @Test
  void wrongUseIsSaid() throws IOException {
    String plain = file("export.ndjson", export);
    assertThat(run("export", plain)).isEqualTo(2);
    assertThat(run("export", folder.resolve("none").toString(), "--key", key)).isEqualTo(2);
    assertThat(said).contains("can't be read");
    assertThat(run("export", plain, "--key", "a+00000000+AAAA")).isEqualTo(2);
    assertThat(said).contains("expected an Ed25519 key");
    assertThat(run("export", plain, "--key", key.replaceFirst("\\+..", "+00"))).isEqualTo(2);
    assertThat(run("--help")).isZero();
  }
}
