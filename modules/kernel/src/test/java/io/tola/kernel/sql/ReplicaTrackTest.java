package io.tola.kernel.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReplicaTrackTest {

  private static final long SYSTEM = 7;
  private static final long SERVER = 99;
  private static final ReplicaBounds BOUNDS =
      new ReplicaBounds(Duration.ofSeconds(2), Duration.ofMillis(10), 3, Duration.ofMillis(700));

  // Moments of System.nanoTime have no zero of their own: this one passes Long.MAX_VALUE on the
  // way.
  private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(3);
  private final ReplicaTrack track = new ReplicaTrack(BOUNDS, now);

  private static LogPosition primary(long bytes) {
    return new LogPosition(false, bytes, 1, SYSTEM, 0);
  }

  private static LogPosition replica(long bytes) {
    return new LogPosition(true, bytes, 1, SYSTEM, SERVER);
  }

  private Obstacle look(LogPosition primary, LogPosition replica) {
    now += TimeUnit.SECONDS.toNanos(1);
    track.primaryAt(now, primary);
    track.replicaAt(now, 0, replica);
    return track.standing().obstacle();
  }

  private void inUse() {
    for (int i = 0; i < 3; i++) {
      look(primary(100), replica(100));
    }
    assertThat(track.standing().obstacle()).isNull();
  }

  @Test
  void nobodyReadsBeforeTheFirstLook() {
    assertThat(track.standing().obstacle()).isEqualTo(Obstacle.NOT_MEASURED);
    assertThat(track.recent(now)).isEqualTo(-1);
  }

  @Test
  void theThirdGoodLookLetsItIn() {
    assertThat(look(primary(100), replica(100))).isEqualTo(Obstacle.RETURNING);
    assertThat(look(primary(200), replica(200))).isEqualTo(Obstacle.RETURNING);
    assertThat(look(primary(300), replica(300))).isNull();
  }

  @Test
  void anIdlePrimaryMakesNoLag() {
    for (int i = 0; i < 1_000; i++) {
      look(primary(100), replica(100));
    }
    assertThat(track.standing().obstacle()).isNull();
    assertThat(track.standing().lagNanos()).isZero();
  }

  @Test
  void aReplicaIsAsOldAsTheNewestPositionItHasReplayed() {
    inUse();
    look(primary(200), replica(100));
    assertThat(track.standing().lagNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(1));
    assertThat(track.standing().lagBytes()).isEqualTo(100);
    look(primary(300), replica(250));
    assertThat(track.standing().lagNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(1));
    assertThat(track.standing().lagBytes()).isEqualTo(50);
  }

  @Test
  void oneBadLookSendsItOutAndItComesBackAtHalfOfTheBoundOnly() {
    inUse();
    look(primary(200), replica(100));
    look(primary(300), replica(100));
    assertThat(track.standing().obstacle()).isNull();
    assertThat(look(primary(400), replica(100))).isEqualTo(Obstacle.BEHIND);
    // Within the bound again, but not within half of it.
    assertThat(look(primary(500), replica(399))).isEqualTo(Obstacle.BEHIND);
    assertThat(look(primary(500), replica(500))).isEqualTo(Obstacle.RETURNING);
    // And a bad one between starts the count anew.
    assertThat(look(primary(600), replica(99))).isEqualTo(Obstacle.BEHIND);
    assertThat(look(primary(700), replica(700))).isEqualTo(Obstacle.RETURNING);
    assertThat(look(primary(700), replica(700))).isEqualTo(Obstacle.RETURNING);
    assertThat(look(primary(700), replica(700))).isNull();
  }

  @Test
  void aReplicaBehindAllThatIsRememberedHasNoKnownAge() {
    assertThat(look(primary(100), replica(50))).isEqualTo(Obstacle.BEHIND);
    assertThat(track.standing().lagNanos()).isEqualTo(-1);
    assertThat(track.standing().lagBytes()).isEqualTo(50);
  }

  @Test
  void aServerThatRecoversNothingIsNoReplica() {
    inUse();
    assertThat(look(primary(100), new LogPosition(false, 900, 2, SYSTEM, SERVER)))
        .isEqualTo(Obstacle.PROMOTED);
  }

  @Test
  void anotherClustersCopyIsNotRead() {
    inUse();
    assertThat(look(primary(100), new LogPosition(true, 900, 1, SYSTEM + 1, SERVER)))
        .isEqualTo(Obstacle.OTHER_SYSTEM);
  }

  @Test
  void aReplicaThatStayedOnTheOldTimelineIsNotReadHoweverFarItIs() {
    inUse();
    assertThat(look(new LogPosition(false, 50, 2, SYSTEM, 0), replica(900)))
        .isEqualTo(Obstacle.OTHER_TIMELINE);
    assertThat(track.standing().timeline()).isEqualTo(2);
  }

  @Test
  void positionsOfTheOldTimelineSayNothingOfTheNewOne() {
    inUse();
    LogPosition promoted = new LogPosition(false, 80, 2, SYSTEM, 0);
    look(promoted, new LogPosition(true, 70, 2, SYSTEM, SERVER));
    assertThat(track.standing().lagNanos()).isEqualTo(-1);
    assertThat(track.recent(now)).isEqualTo(80);
  }

  @Test
  void aReplicaThatRestartedHasToShowItselfAnew() {
    inUse();
    LogPosition restarted = new LogPosition(true, 100, 1, SYSTEM, SERVER + 1);
    assertThat(look(primary(100), restarted)).isEqualTo(Obstacle.RETURNING);
    assertThat(look(primary(100), restarted)).isEqualTo(Obstacle.RETURNING);
    assertThat(look(primary(100), restarted)).isNull();
    assertThat(track.standing().server()).isEqualTo(SERVER + 1);
  }

  @Test
  void whatAReadFoundCountsAtOnce() {
    inUse();
    track.hindered(now, Obstacle.AWAY);
    assertThat(track.standing().obstacle()).isEqualTo(Obstacle.AWAY);
    assertThat(look(primary(100), replica(100))).isEqualTo(Obstacle.RETURNING);
  }

  @Test
  void recentIsTheOldestPositionWithinTheBound() {
    look(primary(100), replica(100));
    look(primary(200), replica(200));
    look(primary(300), replica(300));
    assertThat(track.recent(now)).isEqualTo(100);
    assertThat(track.recent(now + 1)).isEqualTo(200);
    assertThat(track.recent(now + TimeUnit.SECONDS.toNanos(2))).isEqualTo(300);
    assertThat(track.recent(now + TimeUnit.SECONDS.toNanos(2) + 1)).isEqualTo(-1);
  }
}
