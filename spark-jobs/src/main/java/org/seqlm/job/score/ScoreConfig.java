package org.seqlm.job.score;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.seqlm.Problems;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.scores.Buckets;
import org.seqlm.corpus.scores.CutoffSettings;
import org.seqlm.corpus.scores.Cutoffs;
import org.seqlm.corpus.scores.KeptColumns;
import org.seqlm.corpus.scores.RowFields;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.lm.files.ScoreFiles;
import org.seqlm.spark.scoring.lines.LineRules;
import org.seqlm.spark.scoring.lines.PieceModel;
import org.seqlm.text.LineNormalization;

/**
 * See {@code conf/score.yaml}.
 *
 * @param model any models that {@code evaluate} takes; one is written without a list
 * @param input the text
 * @param output the artifact's folder
 * @param format of its files
 * @param unit what a row is for
 * @param access how tasks come by counted n-grams
 * @param compiledMostGib above which {@code auto} leaves a model in its slices
 * @param compiledFolder where models are compiled to; null for a folder of the user's
 * @param normalize what is made of each line before a model's own rules cut it
 * @param tokenizer {@code sentencepiece:FILE} or {@code huggingface:FILE}, which cuts lines before
 *     the model's own rules do; null for none
 * @param carry where models' contexts end
 * @param bos whether {@code <s>} stands before what a context begins with
 * @param eos whether the ends of lines are scored
 * @param tokens whether every token gets a row, too
 * @param keep what a row holds beside the scores
 * @param buckets names, the likeliest text's first; empty for none
 * @param cutoffs {@code quantiles}, {@code quantiles:0.3,0.6}, or a file
 * @param cutoffsSample bytes of text, as stored, that quantiles are learnt from
 */
record ScoreConfig(
    @JsonFormat(
            with = {
              JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY,
              JsonFormat.Feature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED
            })
        List<String> model,
    CorpusSource input,
    String output,
    ScoreFiles.Format format,
    ScoreFiles.Unit unit,
    ModelAccess access,
    int compiledMostGib,
    String compiledFolder,
    LineNormalization normalize,
    String tokenizer,
    LineRules.Carry carry,
    boolean bos,
    boolean eos,
    boolean tokens,
    RowFields keep,
    List<String> buckets,
    String cutoffs,
    long cutoffsSample,
    int partitions,
    long seed)
    implements JobConfig {
  ScoreConfig {
    model = model == null ? List.of() : List.copyOf(model);
    buckets = buckets == null ? List.of() : List.copyOf(buckets);
    new Problems()
        .present(
            "model",
            model,
            "give --model PATH, a RUN, an n-gram folder, a mixture, an ARPA file, a compiled model"
                + " or a KenLM binary")
        .present("output", output, "give --output DIR")
        .present("format", format, "give --format parquet, tsv or jsonl")
        .present("unit", unit, "give --unit line or document")
        .present("access", access, "give --access auto, heap, compiled or slices")
        .inRange("compiled-most-gib", compiledMostGib, 0, 1 << 20)
        .present("normalize", normalize, "give --normalize none or ccnet")
        .present("carry", carry, "give --carry model, line or document")
        .present("keep", keep, "give --keep place or columns")
        .require(
            keep != RowFields.COLUMNS || unit == ScoreFiles.Unit.DOCUMENT,
            "keep columns scores each record as a whole: give --unit document")
        .require(
            keep != RowFields.COLUMNS || format != ScoreFiles.Format.TSV,
            "keep columns writes records as they are: give --format jsonl or parquet")
        .present("cutoffs", cutoffs, "give --cutoffs quantiles, quantiles:0.3,0.6 or FILE")
        .require(
            !buckets.isEmpty() || cutoffs == null || cutoffs.equals("quantiles"),
            "cutoffs "
                + cutoffs
                + " are where buckets end, but there are none: give --buckets NAME,NAME, one more"
                + " than cutoffs, or leave --cutoffs out")
        .atLeast("cutoffs-sample", cutoffsSample, 1)
        .atLeast("partitions", partitions, 0)
        .throwIfAny();
    Buckets.checkNames(buckets);
    pieces(tokenizer);
    if (!buckets.isEmpty()) {
      Cutoffs.quantiles(cutoffs, buckets.size());
    }
  }

  private static PieceModel.Name pieces(String tokenizer) {
    return tokenizer == null || tokenizer.isEmpty() ? null : PieceModel.Name.of(tokenizer);
  }

  /** The file that cuts lines into pieces; null for none. */
  PieceModel.Name pieces() {
    return pieces(tokenizer);
  }

  /** By which cutoffs are learnt; null where a file has them, or there are no buckets. */
  List<Double> quantiles() {
    return buckets.isEmpty() ? null : Cutoffs.quantiles(cutoffs, buckets.size());
  }

  /** The file that has the cutoffs; null where there is none. */
  String cutoffsFile() {
    return buckets.isEmpty() || quantiles() != null ? null : cutoffs;
  }

  /** What the perplexities are of that cutoffs are held against. */
  CutoffSettings settings(ScoredModel first, PieceModel cut) {
    return new CutoffSettings(
        Json.name(unit),
        first.path(),
        first.kind(),
        first.fingerprint(),
        Json.name(normalize),
        cut == null ? null : tokenizer,
        cut == null ? null : cut.sha256(),
        Json.name(carry),
        bos,
        eos);
  }

  /** The columns' names, for the manifest. */
  String columns() {
    return keep == RowFields.COLUMNS
        ? String.join(" ", KeptColumns.names(model.size(), buckets))
        : String.join(" ", ScoreFiles.columns(unit, model.size()));
  }

  /** What models are made to read of a line. */
  LineRules rules() {
    return new LineRules(normalize, carry, mark(bos), mark(eos));
  }

  private static LineRules.Mark mark(boolean wanted) {
    return wanted ? LineRules.Mark.YES : LineRules.Mark.NO;
  }

  /** What decides the content, for the manifest. */
  ObjectNode recorded() {
    ObjectNode tree = (ObjectNode) Json.tree(this);
    tree.remove("output");
    tree.remove("access");
    tree.remove("compiled-most-gib");
    tree.remove("compiled-folder");
    tree.remove("partitions");
    return tree;
  }

  @Override
  public JobFiles files() {
    return new JobFiles()
        .readsText("--input", input.paths())
        .readsModels("--model", model)
        .reads("--cutoffs", cutoffsFile())
        .reads("--tokenizer", pieces() == null ? null : pieces().file())
        .writes("--output", output);
  }
}
