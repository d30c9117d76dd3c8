package org.seqlm.lm;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.seqlm.UserException;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.TokenTable;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;

/**
 * Linear interpolation of models: {@code p(w|h) = sum_i lambda_i p_i(w|h)} (Jelinek &amp; Mercer,
 * 1980, "Interpolated estimation of Markov source parameters from sparse data").
 *
 * <p>The models may have different vocabularies; tokens are matched by string. The mixture knows
 * the union: the first model's tokens with their ids, then what each further model adds. As in
 * SRILM, a token gets probability 0 from a model that does not know it, and a model reads such a
 * token in the history as its own {@code <unk>}; the mixture's {@code <unk>} is a token that none
 * knows. So every model's probabilities are spread over the union, and the mixture sums to one
 * wherever they do, whatever the vocabularies.
 */
public final class Mixture implements LanguageModel {
  private final Vocabulary vocabulary;
  private final String[] names;
  private final LanguageModel[] models;
  private final double[] logWeights; // (model)
  private final int[][] ids; // (model; mixture's id): the model's id, or -1; null if all are equal

  /**
   * One of the models.
   *
   * @param name for messages
   * @param weight 0 to 1
   */
  public record Component(String name, LanguageModel model, double weight) {}

  /**
   * @param components one or more; their weights sum to 1 within 1e-9
   * @throws UserException with exit code 2 if two of them read different tokens of a text:
   *     characters and words, or line ends and none
   */
  public Mixture(List<Component> components) {
    int k = components.size();
    double[] weights = components.stream().mapToDouble(Component::weight).toArray();
    if (k == 0 || !(Math.abs(Arrays.stream(weights).sum() - 1) <= 1e-9)) {
      throw new IllegalArgumentException("weights must sum to 1, but are " + components);
    }
    this.names = components.stream().map(Component::name).toArray(String[]::new);
    this.models = components.stream().map(Component::model).toArray(LanguageModel[]::new);
    this.logWeights = Arrays.stream(weights).map(Math::log).toArray();
    this.ids = new int[k][];
    Vocabulary first = models[0].vocabulary();
    for (int i = 1; i < k; i++) {
      if (models[i].vocabulary().reserved() != first.reserved()) {
        throw UserException.configuration(
            "models "
                + names[0]
                + " and "
                + names[i]
                + " cannot be mixed: the one reads "
                + unit(first)
                + ", the other "
                + unit(models[i].vocabulary())
                + "; train both on datasets of the same tokeniser");
      }
    }
    this.vocabulary = union();
    checkSameText();
  }

  private static String unit(Vocabulary vocabulary) {
    return vocabulary.reserved() > 1 ? "words" : "characters";
  }

  /** Finds the union of the vocabularies and fills {@link #ids}. */
  private Vocabulary union() {
    Vocabulary first = models[0].vocabulary();
    boolean same =
        Arrays.stream(models)
            .allMatch(model -> model.vocabulary().fingerprint().equals(first.fingerprint()));
    if (same) {
      return first;
    }
    int expected = Arrays.stream(models).mapToInt(m -> m.vocabulary().size()).max().orElseThrow();
    TokenTable table = new TokenTable(expected);
    long[] counts = new long[expected];
    int[][] unionIds = new int[models.length][]; // (model; its id): the mixture's id
    for (int i = 0; i < models.length; i++) {
      Vocabulary own = models[i].vocabulary();
      unionIds[i] = new int[own.size()];
      for (int id = 0; id < own.size(); id++) {
        byte[] utf8 = own.token(id).getBytes(StandardCharsets.UTF_8);
        int known = table.size();
        int at = table.add(utf8, 0, utf8.length);
        unionIds[i][id] = at;
        if (at == known) {
          if (at == counts.length) {
            counts = Arrays.copyOf(counts, 2 * counts.length);
          }
          counts[at] = own.count(id);
        }
      }
    }
    for (int i = 0; i < models.length; i++) {
      ids[i] = new int[table.size()];
      Arrays.fill(ids[i], -1);
      for (int id = 0; id < unionIds[i].length; id++) {
        ids[i][unionIds[i][id]] = id;
      }
    }
    return table.size() == first.size()
        ? first
        : Vocabularies.unpack(first.reserved(), PackedTokens.of(table, counts));
  }

  /**
   * The models must give a probability to the same tokens of a text, else their product over it
   * would not be comparable. Only the marks of lines can be left out of a model's text.
   */
  private void checkSameText() {
    int end = vocabulary.sentenceEnd();
    for (int i = 1; end >= 0 && i < models.length; i++) {
      boolean reads = models[i].reads(id(i, end));
      if (reads != models[0].reads(id(0, end))) {
        throw UserException.configuration(
            "models "
                + names[0]
                + " and "
                + names[i]
                + " cannot be mixed: "
                + names[reads ? i : 0]
                + " predicts where lines end, but "
                + names[reads ? 0 : i]
                + " reads an unbroken stream; count its n-grams with --boundary line");
      }
    }
  }

  /** How many models are mixed. */
  public int components() {
    return models.length;
  }

  /**
   * A model's own id of a token, -1 if the model does not know it.
   *
   * @param token of the mixture's vocabulary
   */
  int id(int model, int token) {
    return ids[model] == null ? token : ids[model][token];
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public Memory memory() {
    return Arrays.stream(models).allMatch(model -> model.memory() == Memory.LINE)
        ? Memory.LINE
        : Memory.TEXT;
  }

  @Override
  public boolean reads(int token) {
    int own = id(0, token);
    return models[0].reads(own < 0 ? Vocabulary.UNKNOWN : own);
  }

  @Override
  public MixtureReading start() {
    Reading[] readings = new Reading[models.length];
    Arrays.setAll(readings, i -> models[i].start());
    return new MixtureReading(readings);
  }

  @Override
  public MixtureReading startUnmarked() {
    Reading[] readings = new Reading[models.length];
    Arrays.setAll(readings, i -> models[i].startUnmarked());
    return new MixtureReading(readings);
  }

  /** {@code ln sum_i exp(terms[i])}, without underflow; negative infinity if all terms are. */
  static double logSum(double[] terms) {
    double most = Double.NEGATIVE_INFINITY;
    for (double term : terms) {
      most = Math.max(most, term);
    }
    if (most == Double.NEGATIVE_INFINITY) {
      return most;
    }
    double sum = 0;
    for (double term : terms) {
      sum += term == most ? 1 : Math.exp(term - most);
    }
    return most + Math.log(sum);
  }

  /** A place in a text, of all models. */
  final class MixtureReading implements Reading {
    private final Reading[] readings; // (model)
    private final double[] terms; // (model)
    private float[][] rows; // (model; its id), made when first needed

    private MixtureReading(Reading[] readings) {
      this.readings = readings;
      this.terms = new double[readings.length];
    }

    /** One model's own place. */
    Reading reading(int model) {
      return readings[model];
    }

    @Override
    public double logProbability(int token) {
      for (int i = 0; i < readings.length; i++) {
        int own = id(i, token);
        terms[i] =
            own < 0 || logWeights[i] == Double.NEGATIVE_INFINITY
                ? Double.NEGATIVE_INFINITY
                : logWeights[i] + readings[i].logProbability(own);
      }
      return logSum(terms);
    }

    @Override
    public void logProbabilities(float[] into) {
      if (rows == null) {
        rows = new float[models.length][];
        Arrays.setAll(rows, i -> new float[models[i].vocabulary().size()]);
      }
      for (int i = 0; i < readings.length; i++) {
        readings[i].logProbabilities(rows[i]);
      }
      for (int token = 0; token < vocabulary.size(); token++) {
        for (int i = 0; i < readings.length; i++) {
          int own = id(i, token);
          terms[i] = own < 0 ? Double.NEGATIVE_INFINITY : logWeights[i] + rows[i][own];
        }
        into[token] = (float) logSum(terms);
      }
    }

    @Override
    public void read(int token) {
      for (int i = 0; i < readings.length; i++) {
        int own = id(i, token);
        readings[i].read(own < 0 ? Vocabulary.UNKNOWN : own);
      }
    }

    @Override
    public void startDocument() {
      for (Reading reading : readings) {
        reading.startDocument();
      }
    }

    @Override
    public Reading copy() {
      Reading[] copies = new Reading[readings.length];
      Arrays.setAll(copies, i -> readings[i].copy());
      return new MixtureReading(copies);
    }
  }
}
