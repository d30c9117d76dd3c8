package org.seqlm.job.ngrams;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.ngrams.NgramsConfig.Export;
import org.seqlm.ngram.files.NgramDetails;
import org.seqlm.ngram.model.ModelSelector;
import org.seqlm.ngram.smooth.Estimator;
import org.seqlm.spark.ngrams.ArpaParts;
import org.seqlm.spark.ngrams.NgramExport;
import org.seqlm.text.TokenizerKind;

/**
 * The other forms of counted n-grams while they are written: each appears whole, once all are
 * there, or not at all.
 */
public final class NgramOutputs implements Closeable {
  private ArpaParts arpa; // null where not wanted, as the others
  private ArtifactWriter parquet;
  private ArtifactWriter tsv;

  private NgramOutputs() {}

  /**
   * Checks, before any work, that all of it may be written.
   *
   * @param kind of the tokens
   * @throws UserException with exit code 2 if not
   */
  public static void check(Export export, TokenizerKind kind, JobContext context)
      throws IOException {
    if (export.arpa() != null && kind == TokenizerKind.CHAR) {
      throw UserException.configuration(
          "an ARPA file parts its tokens by spaces, which are tokens themselves where the tokenizer"
              + " is char: give --parquet instead of --arpa, or count with another --tokenizer");
    }
    Configuration conf = context.hadoop();
    if (export.arpa() != null) {
      ArpaParts.checkTarget(conf, export.arpa(), context.overwrite());
    }
    if (export.parquet() != null) {
      OutputCheck.folder(conf, "--parquet", export.parquet(), context.overwrite());
    }
    if (export.tsv() != null) {
      OutputCheck.folder(conf, "--tsv", export.tsv(), context.overwrite());
    }
  }

  /** Begins to write. */
  public static NgramOutputs create(Export export, JobContext context) throws IOException {
    Configuration conf = context.hadoop();
    NgramOutputs outputs = new NgramOutputs();
    try {
      if (export.arpa() != null) {
        outputs.arpa = ArpaParts.create(conf, export.arpa(), context.overwrite());
      }
      if (export.parquet() != null) {
        outputs.parquet = ArtifactWriter.create(conf, export.parquet(), context.overwrite());
      }
      if (export.tsv() != null) {
        outputs.tsv = ArtifactWriter.create(conf, export.tsv(), context.overwrite());
      }
    } catch (IOException | RuntimeException e) {
      outputs.close();
      throw e;
    }
    return outputs;
  }

  /** What is written, for people; each after a separator. */
  public static String describe(Export export, String separator) {
    return export.paths().entrySet().stream()
        .map(path -> separator + path.getKey().substring(2) + " " + path.getValue())
        .collect(Collectors.joining());
  }

  /** What to know about the files, a sentence each. */
  public static List<String> notes(Export export, ModelSelector model) {
    return export.arpa() != null && model.estimator() == Estimator.STUPID_BACKOFF
        ? List.of(
            "The ARPA file "
                + export.arpa()
                + " holds scores of stupid back-off, which do not sum to 1, but whoever reads an"
                + " ARPA file takes them for probabilities: perplexities and mixtures from it mean"
                + " nothing; estimate with another --estimator for those.")
        : List.of();
  }

  /** Where tasks write. */
  public NgramExport.Targets targets() {
    return new NgramExport.Targets(
        arpa == null ? null : arpa.folder().toString(),
        parquet == null ? null : parquet.folder().toString(),
        tsv == null ? null : tsv.folder().toString());
  }

  /** Takes what tasks wrote. */
  public void add(NgramExport.Exported exported) {
    exported.parquet().forEach(file -> parquet.add(file));
    exported.tsv().forEach(file -> tsv.add(file));
  }

  /**
   * Puts the ARPA file together.
   *
   * @param ngrams of the model by order
   */
  public void join(List<Long> ngrams, int slices) throws IOException {
    if (arpa != null) {
      arpa.join(ngrams.stream().mapToLong(Long::longValue).toArray(), slices);
    }
  }

  /**
   * Makes all of it appear.
   *
   * @param ngrams the manifest of what was exported
   */
  public void publish(Manifest ngrams) throws IOException {
    if (arpa != null) {
      arpa.publish();
    }
    publish(parquet, ArtifactKind.NGRAMS_PARQUET, ngrams);
    publish(tsv, ArtifactKind.NGRAMS_TSV, ngrams);
  }

  private static void publish(ArtifactWriter writer, ArtifactKind kind, Manifest ngrams)
      throws IOException {
    if (writer != null) {
      writer.publish(
          Manifest.of(
              kind,
              Map.of(Json.name(ArtifactKind.NGRAMS), ngrams.fingerprint()),
              ngrams.config(),
              ngrams.seed(),
              ngrams.details(NgramDetails.class)));
    }
  }

  @Override
  public void close() throws IOException {
    for (Closeable one : new Closeable[] {arpa, parquet, tsv}) {
      if (one != null) {
        one.close();
      }
    }
  }
}
