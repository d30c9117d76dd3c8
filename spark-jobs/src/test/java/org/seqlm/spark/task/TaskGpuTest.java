package org.seqlm.spark.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.ExitCode;
import org.seqlm.UserException;

class TaskGpuTest {
  @Test
  void addressesAreNumbers() {
    assertThat(TaskGpu.number("0")).isZero();
    assertThat(TaskGpu.number(" 7\n")).isEqualTo(7);
    assertThat(TaskGpu.number("127")).isEqualTo(127);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GPU-8f6a", "", "-1", "128", "0,1", "1.5", "99999999999"})
  void otherAddressesAreRefused(String address) {
    UserException refused =
        catchThrowableOfType(UserException.class, () -> TaskGpu.number(address));
    assertThat(refused.exitCode()).isEqualTo(ExitCode.PLATFORM);
    assertThat(refused.problems())
        .singleElement()
        .asString()
        .contains("\"" + address + "\"", "0 to 127", "discoveryScript");
  }
}
