package io.tola.performance.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.store.SlowPlanLog.Answer;
import io.tola.schema.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Reading the plans; that PostgreSQL writes them so is EmbeddedDatabaseTest's to show. */
class SlowPlanLogTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  @AfterAll
  static void drop() {
    DATABASE.close();
  }

  @Test
  void eachThingThatIsMissingIsNamedUntilThePlansAreRead() throws SQLException {
    SlowPlanLog log = new SlowPlanLog(DATABASE.appDataSource());
    assertThat(log.read().missing()).contains("auto_explain isn't loaded");
    set("auto_explain.log_min_duration = '-1'");
    assertThat(log.read().missing()).contains("switched off");
    set("auto_explain.log_min_duration = '1s'");
    assertThat(log.read().missing()).contains("log_format = json");
    set("auto_explain.log_format = 'json'");
    assertThat(log.read().missing()).contains("db/admin/slow_plans.sql");
    DATABASE.execute(
        """
        CREATE FUNCTION public.tola_slow_plans(max_bytes integer)
        RETURNS TABLE (logged_at timestamptz, message text) LANGUAGE sql AS $$
          VALUES ('2026-11-22 05:00:00+00'::timestamptz, 'duration: 12.5 ms  plan:
        {"Query Text": "SELECT 1", "Plan": {"Node Type": "Result", "Total Cost": 0.01, "Plan Rows": 1}}'),
                 ('2026-11-22 05:00:01+00', 'duration: 13.5 ms  plan: {"Query Text": "cut o') $$;
        REVOKE ALL ON FUNCTION public.tola_slow_plans(integer) FROM PUBLIC;
        """);
    assertThat(log.read().missing()).contains("db/admin/slow_plans.sql");
    DATABASE.execute("GRANT EXECUTE ON FUNCTION public.tola_slow_plans(integer) TO tola_app");
    Answer answer = log.read();
    assertThat(answer.missing()).isNull();
    assertThat(answer.plans())
        .singleElement()
        .satisfies(
            p -> {
              assertThat(p.durationMs()).isEqualByComparingTo("12.5");
              assertThat(p.plan().queryText()).isEqualTo("SELECT 1");
            });
  }

  private static void set(String setting) {
    DATABASE.execute("ALTER DATABASE " + DATABASE.name() + " SET " + setting);
  }
}
