package org.seqlm.corpus.scores;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.store.Paths;

/**
 * Where buckets of perplexity end: learnt from a sample, or read from a file that an earlier
 * scoring left. This is that file, {@code cutoffs.json}, too.
 *
 * @param buckets the likeliest first; null if a file names none
 * @param bounds perplexities; see {@link Buckets}
 * @param quantiles of the sample, by which they were learnt; null if they were given
 * @param sampled how many units; null if they were given
 * @param seed of the sample; null if they were given
 * @param settings what the sample's perplexities were of; null if they were given
 */
public record Cutoffs(
    List<String> buckets,
    List<Double> bounds,
    @JsonInclude(JsonInclude.Include.NON_NULL) List<Double> quantiles,
    @JsonInclude(JsonInclude.Include.NON_NULL) Long sampled,
    @JsonInclude(JsonInclude.Include.NON_NULL) Long seed,
    @JsonUnwrapped @JsonInclude(JsonInclude.Include.NON_NULL) CutoffSettings settings) {
  /** The file's name in an artifact of scores. */
  public static final String FILE = "cutoffs.json";

  private static final String QUANTILES = "quantiles";

  /** The same bounds for buckets of these names. */
  public Cutoffs named(List<String> names) {
    return new Cutoffs(names, bounds, quantiles, sampled, seed, settings);
  }

  /**
   * How a text is scored otherwise than the sample was that they were learnt from, each as {@code
   * unit line, but here document}.
   */
  public List<String> differences(List<String> names, CutoffSettings here) {
    List<String> found = new ArrayList<>();
    if (buckets != null && !buckets.equals(names)) {
      found.add("buckets " + String.join(",", buckets) + ", but here " + String.join(",", names));
    }
    if (settings != null) {
      found.addAll(settings.differences(here));
    }
    return found;
  }

  /**
   * The shares of a sample below the bounds.
   *
   * @param cutoffs {@code quantiles} for equal shares, or {@code quantiles:0.3,0.6}
   * @param buckets their number
   * @return null if it names a file instead
   * @throws UserException with exit code 2 if they are no shares, or of another number
   */
  public static List<Double> quantiles(String cutoffs, int buckets) {
    List<Double> quantiles = new ArrayList<>();
    if (cutoffs.equals(QUANTILES)) {
      for (int i = 1; i < buckets; i++) {
        quantiles.add((double) i / buckets);
      }
      return quantiles;
    }
    if (!cutoffs.startsWith(QUANTILES + ":")) {
      return null;
    }
    double last = 0;
    for (String share : cutoffs.substring(QUANTILES.length() + 1).split(",", -1)) {
      double value = number(share);
      if (!(value > last && value < 1)) {
        throw UserException.configuration(
            "cutoffs must be quantiles between 0 and 1 that rise, such as quantiles:0.3,0.6, but"
                + " are "
                + cutoffs);
      }
      quantiles.add(value);
      last = value;
    }
    if (quantiles.size() != buckets - 1) {
      throw UserException.configuration(
          String.format(
              Locale.ROOT,
              "cutoffs must be %d quantiles, one fewer than the buckets, but are %s",
              buckets - 1,
              cutoffs));
    }
    return quantiles;
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /**
   * The bounds below which the shares of a sample lie: of n values in rising order, that of index
   * ⌊q·n⌋, from 0.
   *
   * @param sample perplexities in any order; it is sorted
   * @throws UserException with exit code 3 if there are none, or a bound is infinite
   */
  public static List<Double> bounds(double[] sample, List<Double> quantiles) {
    double[] values = Arrays.stream(sample).filter(value -> !Double.isNaN(value)).toArray();
    if (values.length == 0) {
      throw UserException.data(
          "nothing of the text is in the sample that cutoffs are learnt from: raise"
              + " cutoffs-sample, or give --cutoffs FILE");
    }
    Arrays.sort(values);
    List<Double> bounds = new ArrayList<>();
    for (double quantile : quantiles) {
      double bound = values[(int) (quantile * values.length)];
      if (bound == Double.POSITIVE_INFINITY) {
        throw UserException.data(
            String.format(
                Locale.ROOT,
                "the model excludes some tokens of so much of the text that quantile %s of its"
                    + " perplexity is infinite: give lower quantiles, --cutoffs FILE, or a smoothed"
                    + " model",
                quantile));
      }
      bounds.add(bound);
    }
    return bounds;
  }

  /**
   * Reads bounds: of scores that have some, of their {@code cutoffs.json}, or of any file that
   * holds an array of numbers or an object with such an array {@code bounds}.
   *
   * @param buckets that there are to be
   * @return them as the file has them, with the names that it has
   * @throws UserException with exit code 3 if there are none, one is no number, or they do not
   *     rise; 2 if they are of another number
   */
  public static Cutoffs read(Configuration conf, String path, List<String> buckets)
      throws IOException {
    JsonNode tree;
    try {
      tree = tree(conf, path);
    } catch (FileNotFoundException e) {
      throw UserException.data(
          path
              + " does not exist: give --cutoffs quantiles, quantiles:0.3,0.6, scores with buckets,"
              + " or a JSON file of numbers",
          e);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw UserException.data(path + " is no JSON: " + e.getOriginalMessage(), e);
    }
    JsonNode bounds = tree != null && tree.isObject() ? tree.get("bounds") : tree;
    List<Double> values = new ArrayList<>();
    boolean learnt = tree != null && tree.path(QUANTILES).isArray();
    for (int i = 0; bounds != null && bounds.isArray() && i < bounds.size(); i++) {
      JsonNode value = bounds.get(i);
      // Those that were learnt may be equal, where many units have one perplexity.
      if (!value.isNumber()
          || !(value.doubleValue() >= 0 && Double.isFinite(value.doubleValue()))
          || i > 0 && value.doubleValue() < values.get(i - 1)
          || i > 0 && !learnt && value.doubleValue() == values.get(i - 1)) {
        throw UserException.data(
            path
                + " must hold perplexities that rise, such as [200.5, 600], but cutoff "
                + (i + 1)
                + " is "
                + value
                + (i == 0 ? "" : " after " + values.get(i - 1))
                + ": give each once, the lowest first");
      }
      values.add(value.doubleValue());
    }
    if (values.isEmpty()) {
      throw UserException.data(
          path + " holds no cutoffs: an array of numbers, such as [200.5, 600], is needed");
    }
    return of(tree, new Buckets(buckets, values).bounds(), learnt);
  }

  private static Cutoffs of(JsonNode file, List<Double> bounds, boolean learnt) {
    List<String> names = new ArrayList<>();
    file.path("buckets").forEach(name -> names.add(name.asText()));
    List<Double> shares = new ArrayList<>();
    file.path(QUANTILES).forEach(share -> shares.add(share.asDouble()));
    return new Cutoffs(
        names.isEmpty() ? null : names,
        bounds,
        learnt ? shares : null,
        whole(file, "sampled"),
        whole(file, "seed"),
        learnt ? CutoffSettings.of(file) : null);
  }

  private static Long whole(JsonNode file, String key) {
    return file.path(key).isIntegralNumber() ? (Long) file.get(key).longValue() : null;
  }

  private static JsonNode tree(Configuration conf, String path) throws IOException {
    if (ArtifactReader.isArtifact(conf, path)) {
      ArtifactReader scores = ArtifactReader.open(conf, path, ArtifactKind.SCORES);
      if (scores.manifest().files().stream().noneMatch(file -> file.path().equals(FILE))) {
        throw UserException.data(path + " holds scores without buckets: it has no cutoffs");
      }
      return scores.readJson(FILE, JsonNode.class);
    }
    Path file = Paths.of(path);
    try (InputStream in = Paths.plain(file, conf).open(file)) {
      return Json.mapper().readTree(in);
    }
  }
}
