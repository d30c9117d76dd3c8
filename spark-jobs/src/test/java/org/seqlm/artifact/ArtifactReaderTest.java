package org.seqlm.artifact;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.seqlm.UserException;

final class ArtifactReaderTest {
  @Test
  void tellsWhatIsTooLargeForOneMemory() {
    ArtifactReader.requireSmall("out/model/slice-00000.bin", Integer.MAX_VALUE - 8);
    assertThatThrownBy(() -> ArtifactReader.requireSmall("out/model/slice-00000.bin", 1L << 31))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("out/model/slice-00000.bin has 2147483648 bytes, but no more than");
  }
}
