package org.seqlm.spark.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.doctor.ProcessFacts;

class NativeProbeTest {
  @TempDir Path folder;

  @Test
  void whatIsHalfUnpackedIsEmptyOrLeadsNowhere() throws Exception {
    Path jar = Files.createDirectories(folder.resolve("seqlm.jar/org/bytedeco"));
    Path whole = Files.writeString(jar.resolve("libtorch.so"), "x");
    Path empty = Files.createFile(jar.resolve("libgomp.so.1"));
    Files.createFile(jar.resolve(".lock"));
    Files.createFile(jar.resolve("readme.txt"));
    Files.createSymbolicLink(jar.resolve("libgood.so"), whole);
    Path bad = Files.createSymbolicLink(jar.resolve("libmkl.so"), jar.resolve("none"));
    assertThat(NativeProbe.stale(folder)).containsExactly(empty, bad);
    assertThat(NativeProbe.unpacked(folder)).isEqualTo(1);
    assertThat(NativeProbe.stale(folder.resolve("nowhere"))).isEmpty();
  }

  @Test
  void bothEnginesLoadHere() {
    ProcessFacts.Natives natives = NativeProbe.load();
    assertThat(natives.problems()).isEmpty();
    assertThat(natives.loaded().keySet()).contains("dl4j");
    assertThat(natives.kernels()).isNotEmpty();
    assertThat(QuickCheck.nativesWarning()).isEmpty();
  }
}
