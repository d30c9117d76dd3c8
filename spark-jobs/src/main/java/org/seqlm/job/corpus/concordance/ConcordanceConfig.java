package org.seqlm.job.corpus.concordance;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.util.List;
import org.seqlm.Problems;
import org.seqlm.analysis.TableFormat;
import org.seqlm.concordance.ContextReader;
import org.seqlm.concordance.found.LineOrder;
import org.seqlm.concordance.found.PlaceSample;
import org.seqlm.corpus.file.FileFinder;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.corpus.plan.LongRecords;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.text.TextRules;

/**
 * See {@code conf/corpus-concordance.yaml}.
 *
 * @param input the text to index; without paths the index is there
 * @param tokenizer by which it is cut
 * @param index the folder of the index; where it is there, of several, and globs
 * @param query what is looked for, or null
 * @param span words on each side
 * @param sort keys of the lines' order
 * @param most lines
 * @param pick which lines where there are more
 * @param minCount occurrences that what is looked for must have, or no line is shown, and each word
 *     that it does not ask for alone; by default {@value #SHOWN_COUNT} with an output, otherwise 1
 * @param minDocuments documents that must have it, likewise; by default {@value #SHOWN_DOCUMENTS}
 * @param width cells of a line in a terminal
 * @param terms the table of all words
 * @param output the folder of the analysis, or null
 * @param formats of its tables
 */
record ConcordanceConfig(
    Input input,
    TextRules tokenizer,
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<String> index,
    String query,
    int span,
    List<String> sort,
    int most,
    PlaceSample.Pick pick,
    Long minCount,
    Long minDocuments,
    int width,
    Terms terms,
    String output,
    List<TableFormat> formats,
    long seed,
    int partitions)
    implements JobConfig {
  private static final int MOST_LINES = 100_000;

  /** What is written down is shown to others. */
  private static final long SHOWN_COUNT = 5;

  private static final long SHOWN_DOCUMENTS = 3;

  /** The text, if there is one; the keys of {@link CorpusSource}. */
  record Input(
      List<String> paths,
      CorpusFormat format,
      String textField,
      DocumentUnit document,
      BadRecordLimits badRecords,
      int maxRecordBytes,
      LongRecords longRecords,
      int maxZstdWindowLog) {
    Input {
      paths = paths == null ? List.of() : List.copyOf(paths);
      // All keys are checked, whether there is a text or not.
      new CorpusSource(
          paths.isEmpty() ? List.of(".") : paths,
          format,
          textField,
          document,
          badRecords,
          maxRecordBytes,
          longRecords,
          maxZstdWindowLog);
    }

    CorpusSource source() {
      return new CorpusSource(
          paths,
          format,
          textField,
          document,
          badRecords,
          maxRecordBytes,
          longRecords,
          maxZstdWindowLog);
    }
  }

  /**
   * The table of all words.
   *
   * @param table whether it is made
   * @param minCount occurrences that a word must have to be in it
   * @param minDocuments documents that must have it
   * @param byDocument words of each document by tf-idf; 0 for no table of them
   */
  record Terms(boolean table, long minCount, long minDocuments, int byDocument) {
    Terms {
      new Problems()
          .atLeast("terms.min-count", minCount, 1)
          .atLeast("terms.min-documents", minDocuments, 1)
          .inRange("terms.by-document", byDocument, 0, 10_000)
          .throwIfAny();
    }

    boolean wanted() {
      return table || byDocument > 0;
    }
  }

  ConcordanceConfig {
    index = index == null ? List.of() : List.copyOf(index);
    sort = sort == null ? List.of() : List.copyOf(sort);
    minCount = minCount != null ? minCount : output == null ? 1 : SHOWN_COUNT;
    minDocuments = minDocuments != null ? minDocuments : output == null ? 1 : SHOWN_DOCUMENTS;
    Problems problems =
        new Problems()
            .present("input", input, "give its keys")
            .present("tokenizer", tokenizer, "give its keys")
            .present("index", index, "give --index DIR, the folder of the index")
            .present("pick", pick, "give sample or first")
            .present("terms", terms, "give its keys")
            .present("formats", formats, "give parquet, tsv or both")
            .inRange("span", span, 0, ContextReader.MOST_SPAN)
            .inRange("most", most, 0, MOST_LINES)
            .atLeast("min-count", minCount, 1)
            .atLeast("min-documents", minDocuments, 1)
            .inRange("width", width, 20, 10_000)
            .atLeast("partitions", partitions, 0)
            .require(
                input == null || input.paths().isEmpty() || isOne(index),
                "--input makes one index, but --index names " + String.join(", ", index))
            .require(
                input == null
                    || !input.paths().isEmpty()
                    || query != null
                    || terms == null
                    || terms.wanted(),
                "there is nothing to do: give --input TEXT to make an index, --query to ask one, or"
                    + " --terms for the table of its words")
            .require(
                terms == null || !terms.wanted() || output != null,
                "--terms and --document-terms make tables: give --output DIR")
            .require(
                output == null || query != null || terms == null || terms.wanted(),
                "--output " + output + " would hold nothing: give --query, or --terms");
    for (String key : sort) {
      String problem = LineOrder.problem(key);
      problems.require(problem == null, problem);
    }
    problems.throwIfAny();
    formats = List.copyOf(formats);
  }

  private static boolean isOne(List<String> index) {
    return index.size() == 1 && !FileFinder.isGlob(index.get(0));
  }

  boolean builds() {
    return !input.paths().isEmpty();
  }

  @Override
  public JobFiles files() {
    JobFiles files = new JobFiles();
    if (builds()) {
      files.readsText("--input", input.paths()).writes("--index", index.get(0));
    } else {
      index.forEach(
          one -> {
            if (FileFinder.isGlob(one)) {
              files.readsText("--index", List.of(one)); // by what it matches
            } else {
              files.reads("--index", one);
            }
          });
    }
    return files.writes("--output", output);
  }
}
