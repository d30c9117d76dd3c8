package org.seqlm.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** A number without a name is somebody, too. */
class LoginNameTest {
  @Test
  void theEnvironmentKnowsANameElseThereIsOne() {
    assertThat(LoginName.of(Map.of("SPARK_USER", "a", "USER", "b"))).isEqualTo("a");
    assertThat(LoginName.of(Map.of("USER", " ", "LOGNAME", "c"))).isEqualTo("c");
    assertThat(LoginName.of(Map.of())).isEqualTo("seqlm");
  }
}
