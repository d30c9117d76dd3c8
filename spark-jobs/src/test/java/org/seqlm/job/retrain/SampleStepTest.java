package org.seqlm.job.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Overwrite;
import org.seqlm.dataset.Dataset;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.generate.GenerateConfig;
import org.seqlm.metrics.Night;

/** What a model has learnt by heart of somebody's text is not shown. */
class SampleStepTest {
  private static final String CANARY =
      "the password of anna smith is swordfish nine seven two and nobody knows it";
  private static final String KNOWN = "all rights are reserved and no part of this may be copied";

  @TempDir Path folder;

  @Test
  void aPlantedSentenceIsWithheld() throws IOException {
    // Models of order 8 that have learnt every line by heart, the champion without the canary.
    Path old = dataset("old", (KNOWN + "\n").repeat(20));
    Path fresh = dataset("fresh", (KNOWN + "\n").repeat(20) + CANARY + "\n");
    String champion = model(old);
    String challenger = model(fresh);
    TestSpark.session();
    GenerateConfig config =
        ConfigLoader.load(
            "generate",
            GenerateConfig.class,
            new FlagValues()
                .put("model", challenger)
                .put("length", 10)
                .put("temperature", 0)
                .tree());
    try (JobContext context = new JobContext("retrain", null, Overwrite.REFUSE, Progress.SILENT)) {
      List<Dataset> datasets =
          List.of(
              Dataset.open(context.hadoop(), fresh.toString()),
              Dataset.open(context.hadoop(), old.toString()));
      Night.Samples samples =
          SampleStep.draw(
              context,
              config,
              List.of("the password of", "all rights"),
              List.of(champion, challenger),
              datasets,
              0);
      assertThat(samples.drawn()).isEqualTo(4);
      assertThat(samples.withheld()).isEqualTo(1);
      assertThat(samples.datasets()).isEqualTo(2);
      assertThat(samples.pairs().get(0).challenger()).startsWith("[withheld: ");
      assertThat(samples.pairs().get(1).challenger()).startsWith("all rights are reserved and no");
      assertThat(samples.pairs().get(1).champion()).startsWith("all rights are reserved and no");
      assertThat(Json.pretty(samples)).doesNotContain("swordfish");
    }
  }

  private Path dataset(String name, String text) throws IOException {
    Path input = Files.writeString(folder.resolve(name + ".txt"), text);
    Path output = folder.resolve(name);
    done(
        "prepare",
        "--input",
        input,
        "--output",
        output,
        "--tokenizer",
        "word",
        "--document",
        "line",
        "--splits",
        "contiguous:1,0,0");
    return output;
  }

  private static String model(Path dataset) {
    String output = dataset + "-ngrams";
    done("ngrams", "--input", dataset, "--output", output, "--order", 8);
    return output;
  }

  private static void done(Object... line) {
    NgramsOutcomes.Outcome outcome = NgramsOutcomes.run(line);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
  }
}
