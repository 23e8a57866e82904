package io.tola.trading.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.Side;
import io.tola.trading.api.Validity;
import io.tola.trading.domain.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BacklogTest {

  private static final Duration NEVER = Duration.ofDays(1);

  private static Command command(int account) {
    return new Command.Place(
        Ids.next(),
        Samples.order(
            "c-1",
            new AccountId(new UUID(7, account)),
            Side.BUY,
            OrdType.MARKET,
            1,
            null,
            Validity.DAY),
        null);
  }

  private static List<Command> fill(Backlog backlog, int count, int accounts) {
    List<Command> commands = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Command command = command(i % accounts);
      commands.add(command);
      assertThat(backlog.offer(command)).isTrue();
    }
    return commands;
  }

  @Test
  void freeLaneTakesAllThatWaitsUpToABatch() throws Exception {
    Backlog backlog = new Backlog(100, 8, NEVER);
    List<Command> commands = fill(backlog, 11, 3);
    assertThat(backlog.take(0)).isEqualTo(commands.subList(0, 8));
    assertThat(backlog.depth()).isEqualTo(3);
  }

  @Test
  void fullBacklogRefuses() {
    Backlog backlog = new Backlog(2, 8, NEVER);
    fill(backlog, 2, 1);
    assertThat(backlog.offer(command(1))).isFalse();
    assertThat(backlog.depth()).isEqualTo(2);
  }

  @Test
  void secondLaneLeavesLittleToTheFirst() throws Exception {
    Backlog backlog = new Backlog(1_000, 500, NEVER);
    fill(backlog, 1, 1);
    List<Command> first = backlog.take(0);
    List<Command> little = fill(backlog, Backlog.WORTH_A_LANE - 1, 10);
    assertThat(backlog.take(0)).isEmpty();
    backlog.done(first);
    assertThat(backlog.take(0)).isEqualTo(little);
  }

  @Test
  void secondLaneTakesWhatIsWorthIt() throws Exception {
    Backlog backlog = new Backlog(1_000, 500, NEVER);
    fill(backlog, 1, 1);
    backlog.take(0);
    List<Command> much = fill(backlog, Backlog.WORTH_A_LANE, 1_000);
    assertThat(backlog.take(0)).isEqualTo(much.subList(1, much.size()));
    assertThat(backlog.withdrawAll()).isEqualTo(much.subList(0, 1));
  }

  @Test
  void whatHasWaitedLongDoesNotWaitForALaneThatIsHeldUp() throws Exception {
    Backlog backlog = new Backlog(1_000, 500, Duration.ofMillis(5));
    fill(backlog, 1, 1);
    backlog.take(0);
    Command other = command(5);
    backlog.offer(other);
    List<Command> taken = List.of();
    while (taken.isEmpty()) {
      taken = backlog.take(10);
    }
    assertThat(taken).containsExactly(other);
  }

  @Test
  void commandThatIsTakenCanNotBeWithdrawn() throws Exception {
    Backlog backlog = new Backlog(10, 1, NEVER);
    List<Command> commands = fill(backlog, 2, 2);
    backlog.take(0);
    assertThat(backlog.withdraw(commands.get(0))).isFalse();
    assertThat(backlog.withdraw(commands.get(1))).isTrue();
    assertThat(backlog.depth()).isZero();
  }

  /** Random offers, takes of up to three lanes, and batches given back. */
  @Property(tries = 300)
  void anAccountsCommandsAreTakenInTheirOrderByOneLaneAtATime(
      @ForAll @Size(min = 50, max = 400) List<@IntRange(max = 11) Integer> steps,
      @ForAll @IntRange(min = 1, max = 90) int batchMax)
      throws Exception {
    Backlog backlog = new Backlog(1_000, batchMax, NEVER);
    Map<AccountId, List<Command>> offered = new HashMap<>();
    Map<AccountId, List<Command>> taken = new HashMap<>();
    List<List<Command>> hands = new ArrayList<>();
    for (int step : steps) {
      if (step < 8) {
        for (int i = 0; i < 10; i++) {
          Command command = command(step * (i % 3));
          assertThat(backlog.offer(command)).isEqualTo(true);
          offered.computeIfAbsent(command.account(), a -> new ArrayList<>()).add(command);
          if (backlog.depth() == 1_000) {
            return;
          }
        }
      } else if (step < 10 && hands.size() < 3) {
        List<Command> batch = backlog.take(0);
        assertThat(batch).hasSizeLessThanOrEqualTo(batchMax);
        if (!batch.isEmpty()) {
          hands.add(batch);
        }
        batch.forEach(c -> taken.computeIfAbsent(c.account(), a -> new ArrayList<>()).add(c));
      } else if (!hands.isEmpty()) {
        backlog.done(hands.remove(step % hands.size()));
      }
      Set<AccountId> seen = new HashSet<>();
      for (List<Command> hand : hands) {
        Set<AccountId> accounts = new HashSet<>();
        hand.forEach(c -> accounts.add(c.account()));
        for (AccountId account : accounts) {
          assertThat(seen.add(account)).isTrue();
        }
      }
    }
    taken.forEach(
        (account, commands) ->
            assertThat(commands).isEqualTo(offered.get(account).subList(0, commands.size())));
  }
}
