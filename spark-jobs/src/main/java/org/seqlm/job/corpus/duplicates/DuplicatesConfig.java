package org.seqlm.job.corpus.duplicates;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.seqlm.Problems;
import org.seqlm.analysis.TableFormat;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.duplicates.DuplicateSettings;
import org.seqlm.duplicates.DuplicateSettings.Find;
import org.seqlm.duplicates.NearSettings;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/**
 * See {@code conf/corpus-duplicates.yaml}.
 *
 * @param input the text
 * @param find what is looked for
 * @param near when documents are near
 * @param lines when lines count
 * @param spans when spans count
 * @param minCount occurrences from which a line is shown
 * @param minDocuments documents from which a line is shown
 * @param against analyses whose documents come before the text's
 * @param keepSketches whether later analyses can be held against this one
 * @param remove whether the text is written without what was found
 * @param output the artifact's folder
 * @param formats of its tables
 */
public record DuplicatesConfig(
    CorpusSource input,
    List<Find> find,
    NearSettings near,
    Lines lines,
    Spans spans,
    long minCount,
    long minDocuments,
    List<String> against,
    boolean keepSketches,
    boolean remove,
    String output,
    List<TableFormat> formats,
    int partitions,
    long seed)
    implements JobConfig {
  /**
   * The group {@code lines}.
   *
   * @param count see {@link DuplicateSettings}
   * @param bytes see there
   */
  public record Lines(int count, int bytes) {}

  /**
   * The group {@code spans}.
   *
   * @param words see {@link DuplicateSettings}
   */
  public record Spans(int words) {}

  public DuplicatesConfig {
    find = find == null ? List.of() : List.copyOf(find);
    against = against == null ? List.of() : List.copyOf(against);
    formats = formats == null ? List.of() : List.copyOf(formats);
    new Problems()
        .present("input", input, "give --input PATH")
        .present("near", near, "give unit, shingle, threshold, recall, values and bucket")
        .present("lines", lines, "give count and bytes")
        .present("spans", spans, "give words")
        .present(
            "find", find, "give --find exact-documents,near,exact-lines,spans, one or more of them")
        .atLeast("min-count", minCount, 1)
        .atLeast("min-documents", minDocuments, 1)
        .require(
            find.contains(Find.EXACT_DOCUMENTS)
                || find.contains(Find.NEAR)
                || against.isEmpty() && !keepSketches,
            "against and keep-sketches are of documents: give --find exact-documents or near, too")
        .present("output", output, "give --output DIR")
        .present("formats", formats, "give --format parquet,tsv or one of them")
        .atLeast("partitions", partitions, 0)
        .throwIfAny();
    settings(find, near, lines, spans, seed);
  }

  private static DuplicateSettings settings(
      List<Find> find, NearSettings near, Lines lines, Spans spans, long seed) {
    return new DuplicateSettings(
        find,
        near.shingles(),
        near.bands(),
        near.threshold(),
        near.bucket(),
        lines.count(),
        lines.bytes(),
        spans.words(),
        seed);
  }

  /** What is looked for, and when it counts. */
  public DuplicateSettings settings() {
    return settings(find, near, lines, spans, seed);
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
    JobFiles files = new JobFiles().readsText("--input", input.paths());
    against.forEach(analysis -> files.reads("--against", analysis));
    return files.writes("--output", output);
  }
}
