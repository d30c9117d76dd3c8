package org.seqlm.job.counts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.seqlm.job.NgramsOutcomes.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.Exhaustive;
import org.seqlm.artifact.Json;
import org.seqlm.job.NgramsOutcomes.Outcome;

/**
 * More than 2³¹, and more than 2⁵³, of everything that a count may be: a text that was counted once
 * is added to itself until nothing but a {@code long} holds its counts. A model whose probabilities
 * are ratios of counts is then, to the last letter, that of the text itself.
 */
final class LargeCountsTest {
  private static final String TEXT =
      "the cat sat on the mat\nthe dog sat on the cat\nof the of the of\n";

  /** Copies that one merge adds up, and merges: the counts are {@code COPIES ** MERGES} times. */
  private static final int COPIES = 32;

  private static final int MERGES = 11;

  @TempDir Path folder;

  @Exhaustive
  @Test
  void ratiosStayAndCountsGrow() throws IOException {
    Path text = Files.writeString(folder.resolve("text.txt"), TEXT);
    Path once = folder.resolve("once");
    List<Object> model = List.of("--set", "model.estimator=jelinek-mercer");
    done(
        command(
            List.of("ngrams", "--input", text, "--tokenizer", "whitespace", "--order", 3),
            once,
            model));
    Path counts = once;
    for (int merge = 1; merge <= MERGES; merge++) {
      List<Object> line = new ArrayList<>(List.of("counts", "merge"));
      for (Object copy : Collections.nCopies(COPIES, counts)) {
        line.addAll(List.of("--input", copy));
      }
      Path sum = folder.resolve("sum-" + merge);
      done(merge == MERGES ? command(line, sum, model) : command(line, sum, List.of()));
      counts = sum;
    }
    long times = Math.round(Math.pow(COPIES, MERGES));
    assertThat(times).isEqualTo(1L << 55);

    JsonNode small = details(once);
    JsonNode large = details(counts);
    assertThat(large.path("tokens").longValue())
        .isEqualTo(small.path("tokens").longValue() * times);
    assertThat(large.path("ngrams")).isEqualTo(small.path("ngrams"));
    assertThat(totals(counts)).containsExactly(20 * times, 20 * times, 17 * times);
    assertThat(folder.resolve("sum-" + MERGES + ".arpa"))
        .hasSameTextualContentAs(folder.resolve("once.arpa"));

    // And back to what a fresh count gives.
    List<Object> less = new ArrayList<>(List.of("counts", "subtract", "--input", counts));
    Path before = folder.resolve("sum-" + (MERGES - 1));
    for (Object copy : Collections.nCopies(COPIES - 1, before)) {
      less.addAll(List.of("--minus", copy));
    }
    Path rest = folder.resolve("rest");
    done(command(less, rest, List.of()));
    assertThat(orders(rest)).isEqualTo(orders(before));
  }

  private static List<Object> command(List<Object> line, Path output, List<Object> model) {
    List<Object> all = new ArrayList<>(line);
    all.addAll(List.of("--output", output));
    if (!model.isEmpty()) {
      all.addAll(model);
      all.addAll(List.of("--arpa", output + ".arpa"));
    }
    return all;
  }

  private static void done(List<Object> line) {
    Outcome outcome = run(line.toArray());
    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.code()).isZero();
  }

  private static JsonNode details(Path counts) throws IOException {
    return Json.mapper().readTree(ArtifactFiles.manifestFile(counts).toFile()).path("details");
  }

  private JsonNode orders(Path counts) throws IOException {
    Path json = folder.resolve(counts.getFileName() + "-show.json");
    done(List.of("counts", "show", "--input", counts, "--json", json));
    return Json.mapper().readTree(json.toFile()).path("orders");
  }

  private List<Long> totals(Path counts) throws IOException {
    List<Long> totals = new ArrayList<>();
    orders(counts).forEach(order -> totals.add(order.path("total").longValue()));
    return totals;
  }
}
