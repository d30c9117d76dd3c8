package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MedianTest {
  @Test
  void isInTheMiddle() {
    assertThat(Median.of(List.of(9.0, 1.0, 4.0))).isEqualTo(4);
    assertThat(Median.of(List.of(9.0, 1.0, 4.0, 3.0))).isEqualTo(3.5);
    assertThat(Median.of(List.of(2.0))).isEqualTo(2);
    assertThat(Median.of(List.of())).isNaN();
  }
}
