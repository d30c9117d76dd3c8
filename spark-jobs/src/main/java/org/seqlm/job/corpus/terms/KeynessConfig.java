package org.seqlm.job.corpus.terms;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.seqlm.Problems;
import org.seqlm.analysis.TableFormat;
import org.seqlm.artifact.Json;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.terms.KeynessMeasure;
import org.seqlm.terms.KeynessRules;
import org.seqlm.terms.TokenFilter;
import org.seqlm.text.TextRules;

/**
 * See {@code conf/corpus-keyness.yaml}.
 *
 * @param input the target; without paths where counts are compared
 * @param reference paths of the reference; none where it is the rest of the input, or counts
 * @param by {@code FIELD=VALUE} of the target's records; null for all
 * @param counts counts of the target; null where text is read
 * @param referenceCounts counts of the reference, likewise
 * @param measure by which words are ordered
 * @param top words of each side
 * @param maxQ of words that are listed
 * @param minCount how often a word must stand in both; null for {@link
 *     CollocationsConfig#OF_COUNTS} where counts are compared, which know no documents, and {@link
 *     CollocationsConfig#OF_TEXT} where text is
 */
record KeynessConfig(
    TextInput input,
    List<String> reference,
    String by,
    String counts,
    String referenceCounts,
    TextRules tokenizer,
    KeynessMeasure measure,
    int top,
    double maxQ,
    Long minCount,
    long minDocuments,
    TokenFilter tokens,
    int candidates,
    int parts,
    Bootstrap bootstrap,
    String output,
    List<TableFormat> formats,
    int partitions,
    long seed)
    implements JobConfig {
  /**
   * The group {@code bootstrap}.
   *
   * @param replicates 0 for none
   * @param confidence of the intervals
   * @param blocks of a corpus, at most
   */
  record Bootstrap(int replicates, double confidence, int blocks) {}

  KeynessConfig {
    reference = reference == null ? List.of() : List.copyOf(reference);
    formats = formats == null ? List.of() : List.copyOf(formats);
    if (minCount == null) {
      minCount = counts == null ? CollocationsConfig.OF_TEXT : CollocationsConfig.OF_COUNTS;
    }
    Problems problems =
        new Problems()
            .present("input", input, "give its keys; paths may be none")
            .present("tokenizer", tokenizer, "give its keys")
            .present("measure", measure, "give g2, log-ratio or log-ratio-bound")
            .inRange("top", top, 1, CollocationsConfig.MOST_ROWS)
            .inRange("max-q", maxQ, 0.0, 1.0)
            .present("bootstrap", bootstrap, "give replicates, confidence and blocks")
            .present("output", output, "give --output DIR")
            .present("formats", formats, "give --format parquet,tsv or one of them")
            .atLeast("partitions", partitions, 0)
            .require(
                by == null || by.indexOf('=') > 0,
                "by must be FIELD=VALUE, a field of the records and its value, but is " + by);
    if (input != null) {
      boolean ofCounts = counts != null || referenceCounts != null;
      problems
          .require(
              !ofCounts || (counts != null && referenceCounts != null),
              "counts are compared with counts: give --counts DIR and --reference-counts DIR")
          .require(
              !ofCounts || (!input.isGiven() && reference.isEmpty() && by == null),
              "counts and text are both given: leave --input, --reference and --by out, or"
                  + " --counts and --reference-counts")
          .require(
              ofCounts || (input.isGiven() && (!reference.isEmpty() || by != null)),
              "two corpora are needed: give --input PATH and --reference PATH, or --input PATH and"
                  + " --by FIELD=VALUE, or --counts DIR and --reference-counts DIR")
          .require(
              !ofCounts || measure != KeynessMeasure.LOG_RATIO_BOUND,
              "measure log-ratio-bound is of documents, which counts do not tell apart: give g2 or"
                  + " log-ratio");
    }
    if (measure == KeynessMeasure.LOG_RATIO_BOUND && bootstrap != null) {
      problems.require(
          bootstrap.replicates() > 0,
          "measure log-ratio-bound is of intervals, but bootstrap.replicates is 0: give some");
    }
    problems.throwIfAny();
    if (counts == null) {
      input.source(input.paths());
    }
    rules(minCount, minDocuments, tokens, candidates, parts, bootstrap);
  }

  private static KeynessRules rules(
      long minCount,
      long minDocuments,
      TokenFilter tokens,
      int candidates,
      int parts,
      Bootstrap bootstrap) {
    return new KeynessRules(
        minCount,
        minDocuments,
        tokens,
        candidates,
        bootstrap.blocks(),
        parts,
        bootstrap.replicates(),
        bootstrap.confidence());
  }

  KeynessRules rules() {
    return rules(minCount, minDocuments, tokens, candidates, parts, bootstrap);
  }

  /** What decides the content, for the manifest. */
  ObjectNode recorded() {
    ObjectNode tree = (ObjectNode) Json.tree(this);
    tree.remove("output");
    tree.remove("partitions");
    return tree;
  }

  @Override
  public JobFiles files() {
    return new JobFiles()
        .readsText("--input", input.paths())
        .readsText("--reference", reference)
        .reads("--counts", counts)
        .reads("--reference-counts", referenceCounts)
        .writes("--output", output);
  }
}
