package org.seqlm.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NaturalOrderTest {
  @Test
  void numbersAreNumbers() {
    List<String> order =
        List.of(
            "",
            "2",
            "02",
            "10",
            "99999999999999999999",
            "100000000000000000000",
            "dataset",
            "replay",
            "replay-1",
            "replay-2",
            "replay-2a",
            "replay-2b",
            "replay-10",
            "replays");
    for (int i = 0; i < order.size(); i++) {
      for (int j = 0; j < order.size(); j++) {
        if (!(order.get(i) + order.get(j)).equals("202")
            && !(order.get(i) + order.get(j)).equals("022")) {
          assertThat(Integer.signum(NaturalOrder.NAMES.compare(order.get(i), order.get(j))))
              .as(order.get(i) + " " + order.get(j))
              .isEqualTo(Integer.compare(i, j));
        }
      }
    }
    assertThat(NaturalOrder.NAMES.compare("2", "02")).isPositive();
  }
}
