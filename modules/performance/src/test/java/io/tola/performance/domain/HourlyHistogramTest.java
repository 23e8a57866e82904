package io.tola.performance.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HourlyHistogramTest {

  @Test
  void whatIsADayOldIsGone() {
    HourlyHistogram values = new HourlyHistogram();
    values.add(100, 7, 2);
    values.add(110, 9, 1);
    assertThat(values.sum(123).getTotalCount()).isEqualTo(3);
    assertThat(values.sum(124).getTotalCount()).isEqualTo(1);
    assertThat(values.sum(134).getTotalCount()).isZero();
    values.add(200, Long.MAX_VALUE, 1);
    assertThat(values.sum(200).getTotalCount()).isEqualTo(1);
  }
}
