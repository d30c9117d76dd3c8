package org.seqlm.bench.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.seqlm.Exhaustive;
import org.seqlm.ExitCode;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.torch.DeviceCheck;

/** What is run where there is a GPU, on a CPU. */
class StepVerifyTest {
  @Test
  void kernelsOfAPrecisionAreComparedAndTimed() throws Exception {
    assertComparedAndTimed(
        List.of(Precision.BF16),
        "cpu bf16",
        "like a GPU bf16",
        "cpu bf16 own",
        "cpu bf16 built-in",
        "cpu bf16 one-dnn");
  }

  @Test
  @Exhaustive
  void everyKernelIsComparedAndTimed() throws Exception {
    assertComparedAndTimed(
        StepVerify.precisions(Execution.Device.CPU),
        "cpu float32",
        "cpu bf16",
        "like a GPU float32",
        "like a GPU bf16",
        "cpu float32 own",
        "cpu float32 built-in",
        "cpu float32 one-dnn",
        "cpu bf16 own",
        "cpu bf16 built-in",
        "cpu bf16 one-dnn");
  }

  private static void assertComparedAndTimed(List<Precision> precisions, String... by)
      throws Exception {
    List<String> told = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public void stage(String name, long total, String unit) {}

          @Override
          public void update(long done, String detail) {
            told.add(detail);
          }

          @Override
          public void message(String line) {}
        };
    StepVerify.Result result =
        StepVerify.run(
            Execution.Device.CPU, precisions, List.of("1x128"), 0.01, 1, null, 1, progress);
    assertThat(result.failures()).isEmpty();
    Set<String> networks =
        result.findings().stream().map(DeviceCheck.Finding::network).collect(Collectors.toSet());
    assertThat(told.remove(told.size() - 1)).isEqualTo("1x128"); // the steps
    Set<String> who =
        result.findings().stream().map(DeviceCheck.Finding::by).collect(Collectors.toSet());
    assertThat(who).containsExactlyInAnyOrder(by);
    Set<String> what =
        result.findings().stream()
            .map(f -> f.network().contains(", layer norm") ? "norm" : f.network())
            .map(name -> name.contains("of tokens and weights") ? "drops" : name)
            .map(name -> name.contains("randomised truncation") ? "cuts" : name)
            .collect(Collectors.toSet());
    assertThat(what).contains("norm", "drops", "cuts");
    assertThat(result.findings())
        .filteredOn(f -> f.what().equals("parameters of one of two runs at once"))
        .extracting(DeviceCheck.Finding::by)
        .containsExactlyElementsOf(
            precisions.stream().map(each -> "cpu " + Json.name(each)).toList());
    // Something was trained: bfloat16 comes near, but to other values.
    assertThat(
            result.findings().stream()
                .filter(f -> f.by().equals("cpu bf16 own") && f.what().equals("log-probabilities"))
                .allMatch(f -> f.difference() > 1e-4))
        .isTrue();
    assertThat(result.steps().rows())
        .hasSize(precisions.size())
        .allMatch(row -> row.tokensPerSecond() > 0);
    assertThat(StepVerify.text(result))
        .contains(" 0 failed", "like a GPU bf16: ", "parameters of two equal runs 0 (0)")
        .contains("\nlike a GPU: what runs on GPUs, in the host's memory; own: our kernels; ")
        .contains("one-dnn: oneDNN's LSTM\n");
    assertThat(told).hasSize(networks.size()).containsAll(networks);
  }

  @Test
  void whatDiffersIsNamed() {
    DeviceCheck.Finding off =
        new DeviceCheck.Finding("lstm", "cuda:0 float32", "log-probabilities", 2e-3, 1e-4, null);
    DeviceCheck.Finding threw =
        new DeviceCheck.Finding("gru", "cuda:0 tf32", "training", 0, 1e-4, "refused");
    DeviceCheck.Finding good =
        new DeviceCheck.Finding("rnn", "cuda:0 tf32", "log-probabilities", 1e-4, 1e-4, null);
    assertThat(off.passed()).isFalse();
    assertThat(threw.passed()).isFalse();
    assertThat(good.passed()).isTrue();
    assertThat(off.text())
        .isEqualTo("lstm by cuda:0 float32: log-probabilities differ by 0.0020, above 0.00010");
    StepVerify.Result result =
        new StepVerify.Result(
            "cuda:0",
            Map.of(),
            List.of(off, threw, good),
            List.of(off.text(), threw.text()),
            new StepBench.Result(Map.of(), null, List.of()),
            1);
    assertThat(StepVerify.text(result))
        .contains("3 comparisons", "2 failed", "FAILED gru by")
        .contains("\n  cuda:0 float32: log-probabilities 2.0e-03 (1.0e-04)\n")
        .doesNotContain("like a GPU", "one-dnn");
    UserException refused =
        catchThrowableOfType(UserException.class, () -> StepVerify.judge(result));
    assertThat(refused.exitCode()).isEqualTo(ExitCode.PLATFORM);
    assertThat(refused.getMessage()).contains("2 of 3", "cuda:0", off.text());
    assertThat(StepVerify.cases(Execution.Device.CUDA)).contains("a", "1x1024", "2x1500");
    assertThat(StepVerify.precisions(Execution.Device.CUDA)).contains(Precision.TF32);
  }

  @Test
  void aWordThatIsNoDeviceIsRefused() {
    assertThat(StepVerify.device("cpu")).isEqualTo(Execution.Device.CPU);
    UserException refused =
        catchThrowableOfType(UserException.class, () -> StepVerify.device("1x128"));
    assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(refused.getMessage()).contains("cuda or cpu", "but is 1x128");
  }
}
