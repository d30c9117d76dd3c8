package org.seqlm.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {
  /** One line of it: where lines are broken depends on the terminal. */
  private static String help(String... command) {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      String[] line =
          Stream.concat(Arrays.stream(command), Stream.of("--help")).toArray(String[]::new);
      assertThat(SeqLM.run(line, before)).isZero();
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8).replaceAll("\\s+", " ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quickstart",
        "retrain",
        "nightly-demo",
        "prepare",
        "ngrams",
        "corpus collocations",
        "corpus keyness",
        "corpus filter",
        "corpus profile",
        "counts merge",
        "counts subtract",
        "counts restrict",
        "counts show",
        "corpus duplicates",
        "corpus concordance",
        "corpus phrases",
        "export",
        "compile",
        "train",
        "evaluate",
        "interpolate",
        "generate",
        "check-samples",
        "score",
        "predict",
        "report",
        "trend",
        "models add",
        "models list",
        "models show",
        "models compare",
        "models promote",
        "models rollback",
        "models prune",
        "models lineage",
        "files",
        "doctor",
        "example",
        "corpus tokenizer",
        "bench averaging",
        "bench step",
        "bench ngrams",
        "bench variants",
        "bench gate",
        "bench score",
        "bench tokenizer",
        "bench duplicates",
        "bench filter",
        "bench text"
      })
  void everyCommandNamesTheFileOfItsKeys(String command) {
    String file = "conf/" + command.replace(' ', '-') + ".yaml";
    assertThat(help(command.split(" ")))
        .containsOnlyOnce("Every key and its default: " + file)
        .contains("Any key of this job")
        .doesNotContain("tokenizer.unicode");
    assertThat(getClass().getResource("/" + file)).isNotNull();
  }

  @Test
  void whatTheFirstPageSaysOfExportIsAllOfIt() {
    assertThat(help()).contains("or a trained network for PyTorch (safetensors) and ONNX Runtime.");
    assertThat(help("train")).contains("Example: seqlm train --input");
    assertThat(help("prepare"))
        .contains("--task=TASK", "classify, tag, sequence, grid, frames or series")
        .contains("--columns=ROLE=NAME", "--task classify --columns");
  }
}
