package org.seqlm.job.ngrams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.Exhaustive;
import org.seqlm.Shared;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.job.NgramsOutcomes.Outcome;
import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.arpa.ArpaTable;
import org.seqlm.ngram.files.NgramArtifact;

/** The command writes what KenLM's lmplz wrote for the same lines. */
final class NgramsKenlmTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"1, o1, 0", "3, o3.prune011, '0,1,1'"})
  void everyProbabilityAndBackOffWeight(int order, String name, String prune) {
    assertNear(order, name, prune);
  }

  @Exhaustive
  @ParameterizedTest
  @CsvSource({"2, o2, 0", "3, o3, 0", "5, o5, 0"})
  void everyProbabilityAndBackOffWeightOfOtherOrders(int order, String name, String prune) {
    assertNear(order, name, prune);
  }

  private void assertNear(int order, String name, String prune) {
    Path reference = Shared.require("reference/kenlm/time-machine." + name + ".arpa.gz");
    Path arpa = folder.resolve("model.arpa");
    Outcome outcome =
        NgramsOutcomes.ngrams(
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

  private static final String ANIMALS =
      """
      red red red fox fox owl
      red fox hen
      red owl owl elk
      fox red cat dog
      dog red fox fox bee
      ant red
      cat fox ox
      """;

  /** {@code lmplz -o 2 --discount_fallback --limit_vocab_file}, of red, fox and owl. */
  private static final String LIMITED =
      """
      \\data\\
      ngram 1=6
      ngram 2=11

      \\1-grams:
      -1.062944\t<unk>\t0
      0\t<s>\t-0.14612803
      -0.5104209\t</s>\t0
      -0.62469935\tred\t-0.2498775
      -0.69553685\tfox\t-0.14612803
      -0.78022426\towl\t-0.17609124

      \\2-grams:
      -0.6267924\tred </s>
      -0.42888916\towl </s>
      -0.41590992\t<s> red
      -0.5875695\tred red
      -0.61810964\tfox red
      -0.66671497\t<s> fox
      -0.52158815\tred fox
      -0.5423481\tfox fox
      -0.8074226\tred owl
      -0.7214538\tfox owl
      -0.5571306\towl owl

      \\end\\
      """;

  /** {@code lmplz -o 2 --discount_fallback --prune 1}. */
  private static final String PRUNED =
      """
      \\data\\
      ngram 1=8
      ngram 2=4

      \\1-grams:
      -1.2733707\t<unk>\t0
      0\t<s>\t-0.10473536
      -0.5598624\t</s>\t0
      -0.69019604\tred\t-0.1627273
      -0.77374214\tfox\t-0.06694678
      -0.87728274\towl\t0
      -1.0806609\tcat\t0
      -1.0806609\tdog\t0

      \\2-grams:
      -0.42639098\t<s> red
      -0.57625276\tred red
      -0.5181955\tred fox
      -0.5418579\tfox fox

      \\end\\
      """;

  /** Words that are dropped are none of those that share the uniform base. */
  @ParameterizedTest
  @ValueSource(strings = {"--limit-vocabulary", "--prune"})
  void droppedUnigrams(String flag) throws IOException {
    boolean limited = flag.equals("--limit-vocabulary");
    Path reference = folder.resolve("kenlm.arpa");
    Files.writeString(reference, limited ? LIMITED : PRUNED);
    Path arpa = folder.resolve("model.arpa");
    Outcome outcome =
        NgramsOutcomes.ngrams(
            Files.writeString(folder.resolve("text"), ANIMALS),
            folder.resolve("out"),
            "--tokenizer",
            "whitespace",
            "--order",
            2,
            flag,
            limited ? Files.writeString(folder.resolve("words"), "red fox owl\n") : 1,
            "--arpa",
            arpa);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    ArpaTable.assertNear(ArpaTable.read(arpa), ArpaTable.read(reference), 1e-6);
    // And as the folder reads, which renumbers what stays.
    LanguageModel model =
        NgramArtifact.open(new Configuration(), folder.resolve("out").toString()).model(null);
    double sum = 0;
    for (int id = 0; id < model.vocabulary().size(); id++) {
      sum += Math.exp(model.start().logProbability(id));
    }
    assertThat(sum).isCloseTo(1, within(1e-6));
  }
}
