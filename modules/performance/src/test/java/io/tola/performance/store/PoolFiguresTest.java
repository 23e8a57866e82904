package io.tola.performance.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.api.PoolUse;
import java.lang.management.ManagementFactory;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class PoolFiguresTest {

  /** The form of Liberty's bean. */
  public interface StatsMXBean {
    long getManagedConnectionCount();

    long getFreeConnectionCount();

    long getConnectionHandleCount();

    long getCreateCount();

    long getDestroyCount();

    Meter getWaitTimeDetails();

    Meter getInUseTimeDetails();
  }

  /** A meter of Liberty's monitoring. */
  public record Meter(long count, double mean, double maximumValue, String unit) {

    public long getCount() {
      return count;
    }

    public double getMean() {
      return mean;
    }

    public double getMaximumValue() {
      return maximumValue;
    }

    public String getUnit() {
      return unit;
    }
  }

  /** A pool with five of eight connections lent. */
  public static class Stats implements StatsMXBean {
    @Override
    public long getManagedConnectionCount() {
      return 8;
    }

    @Override
    public long getFreeConnectionCount() {
      return 3;
    }

    @Override
    public long getConnectionHandleCount() {
      return 6;
    }

    @Override
    public long getCreateCount() {
      return 9;
    }

    @Override
    public long getDestroyCount() {
      return 1;
    }

    @Override
    public Meter getWaitTimeDetails() {
      return new Meter(4, 2.5, 7, "ms");
    }

    @Override
    public Meter getInUseTimeDetails() {
      return new Meter(0, 0, 0, "ms");
    }
  }

  @Test
  void dataSourcesPoolsAreReadAndOthersLeftOut() throws Exception {
    MBeanServer server = MBeanServerFactory.newMBeanServer();
    String type = "WebSphere:type=ConnectionPoolStats,name=";
    server.registerMBean(new Stats(), new ObjectName(type + "jdbc/tola"));
    server.registerMBean(new Stats(), new ObjectName(type + "jms/tola"));
    assertThat(new PoolFigures(server).pools(Map.of("jdbc/tola", 24)))
        .singleElement()
        .satisfies(
            pool -> {
              assertThat(pool.name()).isEqualTo("jdbc/tola");
              assertThat(pool.maxSize()).isEqualTo(24);
              assertThat(pool.inUse()).isEqualTo(5);
              assertThat(pool.waits()).isEqualTo(4);
              assertThat(pool.waitMeanMs()).isEqualByComparingTo("2.5");
              assertThat(pool.waitMaxMs()).isEqualByComparingTo("7");
              assertThat(pool).extracting(PoolUse::useMeanMs).isNull();
            });
  }

  @Test
  void elsewhereThereAreNone() {
    assertThat(new PoolFigures(ManagementFactory.getPlatformMBeanServer()).pools(Map.of()))
        .isEmpty();
  }
}
