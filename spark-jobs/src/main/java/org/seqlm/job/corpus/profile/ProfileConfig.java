package org.seqlm.job.corpus.profile;

import java.util.List;
import org.seqlm.Problems;
import org.seqlm.analysis.TableFormat;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentFields;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.profile.text.ReadingUnits.Spelling;
import org.seqlm.spark.profile.ProfilingRules;
import org.seqlm.text.TextRules;

/**
 * See {@code conf/corpus-profile.yaml}.
 *
 * @param input the text
 * @param merge a profile of other text that this text is added to; null for none
 * @param heldOut paths of a text of which only coverage is told, read as the text is
 * @param output the analysis' folder
 * @param keepCounts whether text can be added to it
 * @param formats how its tables are written
 * @param tokenizer what its words are
 * @param language what syllables are counted by
 * @param by what groups have in common; null for none
 * @param maxGroups groups that are told apart
 * @param minCount of words that are told of
 * @param minDocuments of words and groups that are told of
 * @param top words that are told by count
 * @param trends words that are told by trend
 * @param dispersion whether it is told how evenly the words are spread; the text is read twice more
 * @param parts of one size, of a dispersion over such
 */
public record ProfileConfig(
    CorpusSource input,
    String merge,
    List<String> heldOut,
    String output,
    boolean keepCounts,
    List<TableFormat> formats,
    TextRules tokenizer,
    Spelling language,
    String by,
    int maxGroups,
    long minCount,
    long minDocuments,
    int top,
    int trends,
    boolean dispersion,
    int parts,
    int partitions,
    long seed)
    implements JobConfig {
  private static final long MOST_TREND_COUNTS = 1_000_000;

  public ProfileConfig {
    heldOut = heldOut == null ? List.of() : List.copyOf(heldOut);
    Problems problems =
        new Problems()
            .present("input", input, "give paths")
            .present("output", output, "give --output DIR, a folder that is not there yet")
            .present("formats", formats, "give [parquet, tsv] or one of them")
            .present("tokenizer", tokenizer, "give kind and the others")
            .present("language", language, "give english or other")
            .inRange("max-groups", maxGroups, 1, 10_000)
            .atLeast("min-count", minCount, 1)
            .atLeast("min-documents", minDocuments, 1)
            .inRange("top", top, 0, 100_000)
            .inRange("trends", trends, 0, 1000)
            .inRange("parts", parts, 2, 10_000)
            .require(
                !dispersion || merge == null,
                "--dispersion looks at all documents of a text, but of those of --merge only counts"
                    + " are kept: give all text as --input, or leave one out")
            .require(
                (long) maxGroups * trends <= MOST_TREND_COUNTS,
                "max-groups times trends is "
                    + (long) maxGroups * trends
                    + ", but must be at most "
                    + MOST_TREND_COUNTS
                    + ", as every task holds so many counts: lower one of them")
            .atLeast("partitions", partitions, 0);
    problems.require(
        formats == null || !formats.isEmpty(), "formats is empty: give parquet, tsv or both");
    if (by != null) {
      DocumentFields.check(problems, "by", by);
    }
    problems.throwIfAny();
    formats = List.copyOf(formats);
  }

  /** How the corpus is read. */
  ProfilingRules rules() {
    return new ProfilingRules(
        tokenizer, language, by, maxGroups, minCount, minDocuments, top, trends, seed);
  }

  /** Whether a word's count in one group is told: it is none, or enough. */
  boolean tells(long count) {
    return count == 0 || count >= minCount;
  }

  @Override
  public JobFiles files() {
    return new JobFiles()
        .readsText("--input", input.paths())
        .reads("--merge", merge)
        .readsText("--held-out", heldOut)
        .writes("--output", output);
  }
}
