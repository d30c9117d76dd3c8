package org.seqlm.job.corpus.tokenizer;

import java.util.List;
import org.seqlm.Problems;
import org.seqlm.analysis.TableFormat;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.text.subword.BpeRules;
import org.seqlm.text.subword.TextShape;

/**
 * See {@code conf/corpus-tokenizer.yaml}.
 *
 * @param input the text
 * @param vocabularySize most tokens
 * @param minFrequency of a pair that is merged
 * @param special tokens that stand for themselves
 * @param normalize changes of the text, in their order
 * @param prefix whether a line that begins with no space gets one
 * @param stretches over which no token goes
 * @param minCount of a stretch that is learned from
 * @param maxWords different stretches that are learned from
 * @param merge a tokenizer's folder of other text, to whose counts this text's are added; null for
 *     none
 * @param keepCounts whether text can be added to what is written
 * @param output FILE.json, or a folder
 * @param formats of the folder's tables
 */
public record TokenizerConfig(
    CorpusSource input,
    int vocabularySize,
    long minFrequency,
    List<String> special,
    List<TextShape.Change> normalize,
    TextShape.Prefix prefix,
    TextShape.Stretches stretches,
    long minCount,
    int maxWords,
    String merge,
    boolean keepCounts,
    String output,
    List<TableFormat> formats,
    int partitions,
    long seed)
    implements JobConfig {
  private static final int MOST_WORDS = 1 << 26;

  public TokenizerConfig {
    special = special == null ? List.of() : List.copyOf(special);
    normalize = normalize == null ? List.of() : List.copyOf(normalize);
    formats = formats == null ? List.of() : List.copyOf(formats);
    new Problems()
        .present("output", output, "give --output FILE.json, or a folder")
        .present("prefix", prefix, "give none or space")
        .present("stretches", stretches, "give gpt2 or whole")
        .present("formats", formats, "give parquet, tsv or both")
        .atLeast("min-count", minCount, 1)
        .inRange("max-words", maxWords, 1, MOST_WORDS)
        .require(
            !keepCounts || output == null || !output.endsWith(".json"),
            "--keep-counts needs a folder for them: give --output DIR, not " + output)
        .atLeast("partitions", partitions, 0)
        .throwIfAny();
    new BpeRules(vocabularySize, minFrequency, special); // checks them
  }

  BpeRules rules() {
    return new BpeRules(vocabularySize, minFrequency, special);
  }

  TextShape shape() {
    return new TextShape(normalize, prefix, stretches);
  }

  /** Whether the tokenizer is all that is written. */
  boolean file() {
    return output.endsWith(".json");
  }

  @Override
  public JobFiles files() {
    return new JobFiles()
        .readsText("--input", input.paths())
        .reads("--merge", merge)
        .writes("--output", output);
  }
}
