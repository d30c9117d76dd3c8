package org.seqlm.job.corpus.filter;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.seqlm.Problems;
import org.seqlm.analysis.TableFormat;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.quality.FilterChain;
import org.seqlm.quality.FilterSpec;
import org.seqlm.spark.quality.FilterSettings;

/**
 * See {@code conf/corpus-filter.yaml}.
 *
 * @param input the text
 * @param filters names, or names with their parameters, in their order
 * @param maxJudgedBytes of a document, from the first on
 * @param removed whether removed documents are written
 * @param sample documents of each rule that are shown
 * @param output the folder of the analysis
 * @param formats of its tables
 */
record FilterConfig(
    CorpusSource input,
    List<Object> filters,
    int maxJudgedBytes,
    FilterSettings.Removed removed,
    int sample,
    String output,
    List<TableFormat> formats,
    int partitions,
    long seed)
    implements JobConfig {
  /** Examples that the driver holds of each rule. */
  private static final int MOST_EXAMPLES = 100;

  FilterConfig {
    filters = filters == null ? List.of() : List.copyOf(filters);
    formats = formats == null ? List.of() : List.copyOf(formats);
    new Problems()
        .present("input", input, "give --input PATH")
        .present("output", output, "give --output DIR")
        .present("formats", formats, "give --format parquet, tsv or both")
        .present("removed", removed, "give counted or written")
        .inRange("max-judged-bytes", maxJudgedBytes, 1 << 10, 1 << 28)
        .inRange("sample", sample, 0, MOST_EXAMPLES)
        .atLeast("partitions", partitions, 0)
        .throwIfAny();
    FilterSpec.parse(filters);
  }

  List<FilterSpec> specs() {
    return FilterSpec.parse(filters);
  }

  FilterSettings settings() {
    return new FilterSettings(specs(), maxJudgedBytes, removed, sample, seed);
  }

  /** What decides the content, with every parameter of the filters, for the manifest. */
  ObjectNode recorded() {
    ObjectNode tree = (ObjectNode) Json.tree(this);
    tree.set("filters", Json.tree(FilterChain.effective(specs())));
    tree.remove("output");
    tree.remove("partitions");
    return tree;
  }

  @Override
  public JobFiles files() {
    return new JobFiles().readsText("--input", input.paths()).writes("--output", output);
  }
}
