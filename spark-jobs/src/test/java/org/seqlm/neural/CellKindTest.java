package org.seqlm.neural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.neural.CellKind.Gate;

class CellKindTest {
  @ParameterizedTest
  @CsvSource({
    "RNN, H, 1, 1",
    "RNN_LAG_2, H, 2, 2",
    "GRU_SIMPLIFIED, UN, 1, 1",
    "GRU, RUN, 1, 1",
    "GRU_RESET_AFTER, RZN, 1, 1",
    "LSTM, IFGO, 2, 1"
  })
  void gatesFollowOneAnotherAsModelsThatAreStoredHaveThem(
      CellKind kind, String gates, int states, int lags) {
    assertThat(kind.gates()).isEqualTo(gates.length());
    for (int i = 0; i < gates.length(); i++) {
      assertThat(kind.place(Gate.valueOf(gates.substring(i, i + 1)))).isEqualTo(i);
    }
    assertThat(kind.states()).isEqualTo(states);
    assertThat(kind.lags()).isEqualTo(lags);
  }

  @ParameterizedTest
  @EnumSource
  void aKindHasAsManyOfTheGatesAsItSays(CellKind kind) {
    assertThat(Arrays.stream(Gate.values()).filter(kind::has)).hasSize(kind.gates());
  }

  @Test
  void refusesThePlaceOfAGateItDoesNotHave() {
    assertThatThrownBy(() -> CellKind.GRU.place(Gate.F))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[R, U, N], not F");
  }
}
