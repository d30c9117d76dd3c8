package org.seqlm.lm.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelPathTest {
  @ParameterizedTest
  @CsvSource({
    "d, d, ",
    "d#order=2, d, order=2",
    "d#, d, ''",
    "s3a://b/c#1/d, s3a://b/c#1/d, ",
    "/c#1/d#estimator=mle#2, /c#1/d#estimator=mle, 2",
    "c#1/d/, c#1/d/, "
  })
  void aSelectorFollowsTheLastFolder(String path, String folder, String selector) {
    assertThat(ModelPath.of(path)).isEqualTo(new ModelPath(folder, selector)).hasToString(path);
  }
}
