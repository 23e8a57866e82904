package io.tola.audit.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.audit.api.AuditFilter;
import io.tola.audit.api.AuditRecord;
import io.tola.audit.domain.Entry;
import io.tola.audit.store.OneBlock;
import io.tola.audit.store.TrailStore;
import io.tola.kernel.Ids;
import io.tola.kernel.Page;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.schema.TestDatabase;
import java.sql.Connection;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TrailReaderTest {

  private static final Instant T0 = Instant.parse("2026-11-21T04:00:00Z");
  private static final List<Entry> WRITTEN = new ArrayList<>();
  private static TrailReader reader;

  @BeforeAll
  @BeforeContainer
  static void writeAHundredAndTwenty() throws Exception {
    if (reader != null) {
      return;
    }
    TestDatabase database = TestDatabase.create();
    reader =
        new TrailReader(
            new TrailStore(database.appDataSource()),
            CheckpointsTest.checkpoints(database, Clock.fixed(T0, ZoneOffset.UTC)),
            Clock.fixed(T0, ZoneOffset.UTC));
    for (int i = 0; i < 120; i++) {
      WRITTEN.add(
          Entry.of(
              new AuditEntry(
                  Ids.next(),
                  // several entries of one moment, and moments out of order
                  T0.plusSeconds((i * 7) % 40 / 4),
                  "actor" + i % 3,
                  "action" + i % 4,
                  "order",
                  "e" + i % 5,
                  i % 6 == 0 ? null : new UUID(1, i % 2),
                  Map.of("n", i))));
    }
    try (Connection connection = database.appDataSource().getConnection()) {
      connection.setAutoCommit(true);
    }
    // Without a transaction around it a block commits statement by statement; nobody competes here.
    for (int i = 0; i < 120; i += 10) {
      OneBlock.append(database.appDataSource(), WRITTEN.subList(i, i + 10), T0, null);
    }
  }

  @Property(tries = 120)
  void pagesTogetherAreWhatASimpleFilterGives(
      @ForAll @IntRange(min = 1, max = 50) int limit,
      @ForAll @IntRange(min = 0, max = 3) int actor,
      @ForAll @IntRange(min = 0, max = 4) int action,
      @ForAll @IntRange(min = 0, max = 5) int entity,
      @ForAll @IntRange(min = 0, max = 2) int account,
      @ForAll @IntRange(min = -1, max = 10) int from,
      @ForAll @IntRange(min = -1, max = 10) int to) {
    AuditFilter filter =
        new AuditFilter(
            actor == 3 ? null : "actor" + actor,
            action == 4 ? null : "action" + action,
            entity == 5 ? null : "e" + entity,
            account == 2 ? null : new UUID(1, account),
            from < 0 ? null : T0.plusSeconds(from),
            to < 0 ? null : T0.plusSeconds(to),
            limit,
            null);
    Predicate<Entry> simple =
        e ->
            (filter.actor() == null || filter.actor().equals(e.actor()))
                && (filter.action() == null || filter.action().equals(e.action()))
                && (filter.entityId() == null || filter.entityId().equals(e.entityId()))
                && (filter.accountId() == null || filter.accountId().equals(e.accountId()))
                && (filter.from() == null || !e.at().isBefore(filter.from()))
                && (filter.to() == null || e.at().isBefore(filter.to()));
    List<UUID> expected =
        WRITTEN.stream()
            .filter(simple)
            .sorted(
                Comparator.comparing(Entry::at).thenComparing(e -> e.id().toString()).reversed())
            .map(Entry::id)
            .toList();

    List<UUID> paged = new ArrayList<>();
    String cursor = null;
    do {
      Page<AuditRecord> page = reader.log(with(filter, cursor));
      assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
      page.items().forEach(r -> paged.add(r.id()));
      cursor = page.nextCursor();
      assertThat(cursor == null || page.items().size() == limit).isTrue();
    } while (cursor != null);
    assertThat(paged).isEqualTo(expected);
  }

  @Test
  void aRecordSaysWhereItStandsAndWhatItsHashIs() {
    AuditRecord record = reader.log(filter(1, null)).items().get(0);
    Entry entry =
        WRITTEN.stream().filter(e -> e.id().equals(record.id())).findFirst().orElseThrow();
    assertThat(record.hash()).isEqualTo(entry.hash().hex());
    assertThat(record.detail()).isEqualTo(entry.detail());
    assertThat(record.at()).isEqualTo(entry.at());
    assertThat(record.block()).isPositive();
  }

  @Test
  void verifyReportsWhatItRead() {
    var verification = reader.verify(null);
    assertThat(verification.intact()).isTrue();
    assertThat(verification.breaks()).isEmpty();
    assertThat(verification.entries()).isEqualTo(120);
    assertThat(verification.blocks()).isEqualTo(12);
    assertThat(verification.chains()).isEqualTo(16);
    assertThat(verification.startedAt()).isEqualTo(T0);
  }

  @Test
  void badParametersAreNamed() {
    for (String cursor :
        List.of(
            "",
            "x",
            "====",
            "AQ",
            "'; DROP TABLE audit_log; --",
            Base64.getUrlEncoder().encodeToString(new byte[25]),
            // a time that no database can be asked for
            Base64.getUrlEncoder().withoutPadding().encodeToString(far()),
            "A".repeat(10_000))) {
      assertRefused(filter(10, cursor), "cursor");
    }
    assertRefused(filter(0, null), "limit");
    assertRefused(filter(501, null), "limit");
    assertRefused(new AuditFilter("a\0", null, null, null, null, null, 1, null), "actor");
    assertRefused(new AuditFilter(null, "", null, null, null, null, 1, null), "action");
    assertRefused(new AuditFilter(null, null, "\ud800", null, null, null, 1, null), "entity_id");
    assertRefused(new AuditFilter(null, null, null, null, Instant.MIN, null, 1, null), "from");
    assertRefused(new AuditFilter(null, null, null, null, null, Instant.MAX, 1, null), "to");
    assertThatThrownBy(() -> reader.verify(Instant.MAX)).isInstanceOf(ProblemException.class);
  }

  @Test
  void sqlInAFilterIsJustText() {
    assertThat(
            reader
                .log(new AuditFilter("' OR '1'='1", "x;--", "'", null, null, null, 5, null))
                .items())
        .isEmpty();
  }

  private static byte[] far() {
    byte[] bytes = new byte[25];
    bytes[0] = 1;
    bytes[1] = 0x7f;
    return bytes;
  }

  private static void assertRefused(AuditFilter filter, String field) {
    assertThatThrownBy(() -> reader.log(filter))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ProblemCode.INVALID_PARAMETER);
              assertThat(e.errors()).extracting(x -> x.field()).containsExactly(field);
            });
  }

  private static AuditFilter filter(int limit, String cursor) {
    return new AuditFilter(null, null, null, null, null, null, limit, cursor);
  }

  private static AuditFilter with(AuditFilter f, String cursor) {
    return new AuditFilter(
        f.actor(), f.action(), f.entityId(), f.accountId(), f.from(), f.to(), f.limit(), cursor);
  }
}
