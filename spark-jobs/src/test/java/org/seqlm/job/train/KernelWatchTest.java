package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.kernels.KernelSet;

class KernelWatchTest {
  private static final KernelChoice ZEN = of("openblas core", "ZEN", "onednn isa", "avx2");
  private static final KernelChoice HASWELL = of("openblas core", "HASWELL", "onednn isa", "avx2");

  private static KernelChoice of(String a, String b, String c, String d) {
    return KernelChoice.none().with(Map.of(a, b, c, d));
  }

  private static TreeMap<String, KernelChoice> places(KernelChoice first, KernelChoice second) {
    return new TreeMap<>(Map.of("executor_host_a_1", first, "executor_b.example.org_2", second));
  }

  @Test
  void oneKindIsNothingToTell() {
    KernelWatch watch = new KernelWatch(KernelSet.NATIVE, List.of());
    assertThat(watch.see(ZEN, places(ZEN, ZEN))).isEmpty();
    // A driver that has loaded nothing.
    assertThat(watch.see(KernelChoice.none(), places(ZEN, ZEN))).isEmpty();
    assertThat(watch.all()).containsExactly(ZEN.chosen());
  }

  @Test
  void aMixtureIsToldOnceByNameAndPlace() {
    KernelWatch watch = new KernelWatch(KernelSet.NATIVE, List.of());
    assertThat(watch.see(ZEN, places(ZEN, HASWELL)))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .contains(
                        "openblas core HASWELL (executor 2 on b.example.org),"
                            + " ZEN (executor 1 on host_a, the driver)")
                    .contains("execution.kernels portable")
                    .doesNotContain("onednn"));
    assertThat(watch.see(ZEN, places(ZEN, HASWELL))).isEmpty();
    assertThat(watch.all()).containsExactlyInAnyOrder(ZEN.chosen(), HASWELL.chosen());
  }

  @Test
  void theDriverIsOneOfThem() {
    assertThat(new KernelWatch(KernelSet.NATIVE, List.of()).see(HASWELL, places(ZEN, ZEN)))
        .hasValueSatisfying(
            text -> assertThat(text).contains("HASWELL (the driver), ZEN (executor"));
  }

  @Test
  void aRunThatGoesOnWithOthersIsTold() {
    KernelWatch same = new KernelWatch(KernelSet.NATIVE, List.of(ZEN));
    assertThat(same.see(ZEN, places(ZEN, ZEN))).isEmpty();
    KernelWatch other = new KernelWatch(KernelSet.NATIVE, List.of(ZEN));
    assertThat(other.see(HASWELL, places(HASWELL, HASWELL)))
        .hasValueSatisfying(
            text -> assertThat(text).contains("openblas core was ZEN, now is HASWELL"));
    assertThat(other.see(HASWELL, places(HASWELL, HASWELL))).isEmpty();
    assertThat(other.all()).containsExactly(ZEN.chosen(), HASWELL.chosen());
  }

  @Test
  void whatCannotBePinnedHasAnotherRemedy() {
    KernelChoice old = KernelChoice.none().with(Map.of("c library", "glibc 2.31"));
    KernelChoice young = KernelChoice.none().with(Map.of("c library", "glibc 2.36"));
    assertThat(new KernelWatch(KernelSet.PORTABLE, List.of()).see(old, places(old, young)))
        .hasValueSatisfying(text -> assertThat(text).contains("one image"));
  }

  /**
   * A run of a release that told of no product library had libtorch's products, and now has not.
   */
  @Test
  void productsThatWereLibtorchsAreToldOf() {
    Map<String, String> told = Map.of("openblas core", "ZEN", "libtorch capability", "AVX2");
    KernelChoice now =
        KernelChoice.none().with(told).with(Map.of("products", "onednn 3.11.0 avx2"));
    List<KernelChoice> before = List.of(KernelChoice.recordedOfFloat32(told));
    assertThat(new KernelWatch(KernelSet.NATIVE, before).see(now, places(now, now)))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .contains("products was libtorch, now is onednn 3.11.0 avx2")
                    .doesNotContain("openblas"));
    KernelChoice since = KernelChoice.recordedOfFloat32(now.chosen());
    assertThat(new KernelWatch(KernelSet.NATIVE, List.of(since)).see(now, places(now, now)))
        .isEmpty();
  }
}
