package org.seqlm.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.seqlm.Shared;
import org.seqlm.job.NgramsRuns.Outcome;
import org.seqlm.ngram.ArpaTable;

/** The command writes what KenLM's lmplz wrote for the same lines. */
final class NgramsKenlmTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"1, o1, 0", "2, o2, 0", "3, o3, 0", "3, o3.prune011, '0,1,1'", "5, o5, 0"})
  void everyProbabilityAndBackOffWeight(int order, String name, String prune) {
    Path reference = Shared.require("reference/kenlm/time-machine." + name + ".arpa.gz");
    Path arpa = folder.resolve("model.arpa");
    Outcome outcome =
        NgramsRuns.ngrams(
            Shared.require("reference/kenlm/time-machine.lines.txt.gz"),
            folder.resolve("out"),
            "--tokenizer",
            "whitespace",
            "--order",
            order,
            "--prune",
            prune,
            "--discount-fallback",
            "fail",
            "--set",
            // Hot contexts, too.
            "slices=30",
            "--arpa",
            arpa);
    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.code()).isZero();
    ArpaTable.assertNear(ArpaTable.read(arpa), ArpaTable.read(reference), 1e-5);
  }
}
