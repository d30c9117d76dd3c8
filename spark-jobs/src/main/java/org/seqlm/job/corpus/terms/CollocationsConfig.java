package org.seqlm.job.corpus.terms;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.seqlm.Problems;
import org.seqlm.analysis.TableFormat;
import org.seqlm.artifact.Json;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.terms.AssociationMeasure;
import org.seqlm.terms.CollocationRules;
import org.seqlm.terms.NullModel;
import org.seqlm.terms.SpanRules;
import org.seqlm.terms.TokenFilter;
import org.seqlm.text.TextRules;

/**
 * See {@code conf/corpus-collocations.yaml}.
 *
 * @param counts counted n-grams; null where text is read
 * @param around words of a text; none where counts are read
 * @param measure by which rows are ordered
 * @param top rows, of a node each
 * @param minCount how often words must appear together; null for {@link #OF_COUNTS} where counts
 *     are read, which know no documents, and {@link #OF_TEXT} where text is
 * @param all whether all candidates are written, too
 */
record CollocationsConfig(
    String counts,
    int order,
    NullModel nullModel,
    List<String> around,
    TextInput input,
    TextRules tokenizer,
    Span span,
    AssociationMeasure measure,
    int top,
    Long minCount,
    long minDocuments,
    TokenFilter tokens,
    boolean all,
    String output,
    List<TableFormat> formats,
    int partitions,
    long seed)
    implements JobConfig {
  /** Rows of all words together, at most: the driver has them. */
  static final int MOST_ROWS = 10_000;

  /** How often words appear together where nobody says, in counts. */
  static final long OF_COUNTS = 20;

  /** Likewise, in a text. */
  static final long OF_TEXT = 5;

  /**
   * The group {@code span}.
   *
   * @param left tokens before a node
   * @param right tokens behind it
   * @param boundary what it does not cross
   */
  record Span(int left, int right, SpanRules.SpanBoundary boundary) {}

  CollocationsConfig {
    around = around == null ? List.of() : List.copyOf(around);
    formats = formats == null ? List.of() : List.copyOf(formats);
    if (minCount == null) {
      minCount = counts == null ? OF_TEXT : OF_COUNTS;
    }
    Problems problems =
        new Problems()
            .present("input", input, "give its keys; paths may be none")
            .present("tokenizer", tokenizer, "give its keys")
            .present("span", span, "give left, right and boundary")
            .present("measure", measure, "give pmi, npmi, mi3, log-dice, g2, t, chi2 or chi2-yates")
            .inRange("top", top, 1, MOST_ROWS / Math.max(1, around.size()))
            .present("output", output, "give --output DIR")
            .present("formats", formats, "give --format parquet,tsv or one of them")
            .atLeast("partitions", partitions, 0);
    if (input != null) {
      boolean text = input.isGiven();
      problems
          .require(
              (counts == null) == text,
              text
                  ? "counts and input.paths are both given: leave --counts or --input out"
                  : "counts is missing: give --counts DIR, what seqlm ngrams wrote; or --input PATH"
                      + " with --around WORD")
          .require(
              !text || !around.isEmpty(),
              "around is missing: give --around WORD with --input; collocations of all words are of"
                  + " counts: run seqlm ngrams, and give --counts DIR")
          .require(
              text || around.isEmpty() || counts == null,
              "around is looked for in text, but --counts is given: give --input PATH");
    }
    problems.throwIfAny();
    if (counts != null) {
      rules(order, nullModel, minCount, tokens);
    } else {
      input.source(input.paths());
      new SpanRules(
          around, span.left(), span.right(), span.boundary(), minCount, minDocuments, tokens);
    }
  }

  private static CollocationRules rules(
      int order, NullModel nullModel, long minCount, TokenFilter tokens) {
    return new CollocationRules(order, nullModel, minCount, tokens);
  }

  CollocationRules rules() {
    return rules(order, nullModel, minCount, tokens);
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
        .reads("--counts", counts)
        .readsText("--input", input.paths())
        .writes("--output", output);
  }
}
