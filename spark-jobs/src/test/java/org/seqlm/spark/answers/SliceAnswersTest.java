package org.seqlm.spark.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.TestSpark;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.job.SeqLM;
import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.files.NgramArtifact;

/** A model that is read slice by slice says what it says in memory, to the bit. */
class SliceAnswersTest {
  private static final int RANGES = 5;

  @TempDir static Path folder;

  @BeforeAll
  static void count() throws Exception {
    Random random = new Random(3);
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < 400; line++) {
      for (int i = random.nextInt(9); i > 0; i--) {
        text.append('w').append((int) (60 * Math.pow(random.nextDouble(), 3))).append(' ');
      }
      text.append('\n');
    }
    Path corpus = Files.writeString(folder.resolve("corpus.txt"), text);
    TestSpark.session();
    for (String[] model :
        new String[][] {
          {"lines", "--order", "4"},
          {"pruned-stream", "--order", "3", "--boundary", "stream", "--prune", "1,1,2"},
          {"unigrams", "--order", "1"}
        }) {
      List<String> args =
          new ArrayList<>(
              List.of(
                  "ngrams",
                  "--input",
                  corpus.toString(),
                  "--output",
                  folder.resolve(model[0]).toString(),
                  "--set",
                  "slices=7"));
      args.addAll(List.of(model).subList(1, model.length));
      assertThat(SeqLM.run(args.toArray(String[]::new), System.err)).isZero();
    }
  }

  /** Ids of a text of its own, known and unknown ones. */
  private static int[] tokens(int range, int size) {
    return new Random(range).ints(300, 0, size).toArray();
  }

  /** The bits of all probabilities, and the orders of what they came from. */
  private static long[] read(int range, LanguageModel model) {
    List<Long> seen = new ArrayList<>();
    LanguageModel.Reading reading = model.start();
    for (int id : tokens(range, model.vocabulary().size())) {
      if (id % 50 == 0) {
        reading = id % 100 == 0 ? model.startUnmarked() : model.start();
      } else if (id % 31 == 0) {
        reading.startDocument();
      }
      if (!model.reads(id)) {
        continue;
      }
      seen.add(Double.doubleToLongBits(reading.logProbability(id)));
      seen.add((long) reading.matched(id));
      reading.read(id);
    }
    return seen.stream().mapToLong(Long::longValue).toArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lines", "pruned-stream", "unigrams"})
  void everyBitIsThatOfTheModelInMemory(String name) throws Exception {
    String path = folder.resolve(name).toString();
    SliceModel model = SliceModel.open(TestSpark.context(), path);
    JavaRDD<CorpusRange> ranges =
        TestSpark.context()
            .parallelize(List.of(0, 1, 2, 3, 4), RANGES)
            .map(range -> new CorpusRange(range, List.of()));
    LanguageModel inMemory = NgramArtifact.open(new Configuration(), path).model(null);
    for (long part : new long[] {7, SliceAnswers.MOST_PART}) {
      List<long[]> found =
          SliceAnswers.read(
                  ranges,
                  model,
                  part,
                  (range, task, asking) -> read(range.index(), asking),
                  (range, task, answering) -> read(range.index(), answering))
              .collect();
      for (int range = 0; range < RANGES; range++) {
        assertThat(found.get(range)).isEqualTo(read(range, inMemory));
      }
    }
  }

  /** 74 bytes an answer with keys of two longs while the table grows. */
  @Test
  void aPartIsAsLargeAsItsAnswersFitInto() {
    assertThat(SliceAnswers.part(74L * 100_000, 2)).isEqualTo(100_000);
    assertThat(SliceAnswers.part(1, 2)).isEqualTo(1 << 16);
    assertThat(SliceAnswers.part(1L << 40, 2)).isEqualTo(1 << 21);
  }
}
