package org.seqlm.spark.answers;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.Kept;
import org.seqlm.UserException;
import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.files.NgramArtifact.BackoffWords;
import org.seqlm.ngram.files.NgramDetails;
import org.seqlm.ngram.model.AskingModel;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.ngrams.SliceFiles;
import org.seqlm.store.Paths;

/**
 * A back-off model as an n-gram artifact holds it, slice by slice. A process holds its words and
 * their unigrams, and of the slices what a task reads beside the text's windows.
 */
public final class SliceModel implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final Kept<BackoffWords> WORDS = new Kept<>(4);

  private final SharedSettings conf;
  private final String folder;
  private final String fingerprint;
  private final int order;
  private final KeyLayout layout;
  private final SliceFiles files;

  private SliceModel(SharedSettings conf, String folder, NgramArtifact ngrams) throws IOException {
    NgramDetails details = ngrams.details();
    this.conf = conf;
    this.folder = folder;
    this.fingerprint = ngrams.artifact().manifest().fingerprint();
    this.order = details.model().order();
    this.layout = KeyLayout.of(details.storedOrder(), details.vocabularySize());
    this.files = SliceFiles.stored(ngrams);
  }

  /**
   * Opens an artifact; reads no more of it than its manifest and where its slices begin.
   *
   * @throws UserException with exit code 2 if it holds no back-off model that is cut as this
   *     release cuts
   */
  public static SliceModel open(JavaSparkContext spark, String path) throws IOException {
    Configuration hadoop = spark.hadoopConfiguration();
    Path given = Paths.of(path);
    String folder = given.getFileSystem(hadoop).makeQualified(given).toString();
    NgramArtifact ngrams = NgramArtifact.open(hadoop, folder);
    if (!ngrams.details().model().estimator().backsOff() || !ngrams.keepsWindows()) {
      throw UserException.configuration(
          "model "
              + path
              + (ngrams.keepsWindows()
                  ? " is none that backs off, such as kneser-ney"
                  : " is of an earlier release, which cut its slices otherwise")
              + ", and only such a model can be read slice by slice: leave out --access slices");
    }
    return new SliceModel(new SharedSettings(hadoop), folder, ngrams);
  }

  /** What tells how the model reads a text, and gives every token the probability 1. */
  public LanguageModel unread() throws IOException {
    BackoffWords words = words();
    return new AskingModel(
        words.vocabulary(), words.passages(), words.ids(), order, layout, key -> {});
  }

  int order() {
    return order;
  }

  KeyLayout layout() {
    return layout;
  }

  SliceFiles files() {
    return files;
  }

  Configuration conf() {
    return conf.value();
  }

  /** Its words, from what this process loaded before if they are there. */
  BackoffWords words() throws IOException {
    return WORDS.open(
        folder + " " + fingerprint,
        () -> {
          NgramArtifact ngrams = NgramArtifact.open(conf.value(), folder);
          if (!ngrams.artifact().manifest().fingerprint().equals(fingerprint)) {
            throw UserException.data(
                folder + " was replaced by another model while it was in use: start the job again");
          }
          return ngrams.backoffWords();
        });
  }
}
