package org.seqlm.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.junit.jupiter.api.Test;
import org.seqlm.TestSpark;

/** Tests prove little of the registrator where Kryo would write what it does not know. */
class RegistrationTest {
  private static final class Stranger implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void everyTestRunsWithRegistrationRequired() {
    assertThat(System.getProperty("spark.kryo.registrationRequired")).isEqualTo("true");
    assertThat(TestSpark.context().getConf().getBoolean("spark.kryo.registrationRequired", false))
        .isTrue();
    // Also of an executor's side, which has the settings of the context.
    assertThat(
            TestSpark.context()
                .parallelize(List.of(1), 1)
                .map(one -> SparkEnv.get().conf().get("spark.kryo.registrationRequired"))
                .collect())
        .containsExactly("true");
    assertThatThrownBy(
            () ->
                TestSpark.context()
                    .parallelize(List.of(1, 2), 2)
                    .map(one -> new Stranger())
                    .collect())
        .hasMessageContaining("Class is not registered");
  }
}
