package org.seqlm.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.types.StructType;
import org.seqlm.UserException;

/**
 * Counts the n-grams of a column of text and estimates a language model from them, as {@link
 * SeqlmNgrams#count} does; what it fits is the {@link NgramScorer} of that model, which lies at
 * {@code modelPath}.
 *
 * <p>Params: {@code modelPath}, the folder for counts and model; {@code inputCol}, {@code text}
 * unless set; {@code order}, 3 unless set; {@code tokenizer}, {@code word} unless set, {@code char}
 * or {@code whitespace}; {@code estimator}, {@code kneser-ney} unless set; {@code keys}, any others
 * of {@code conf/ngrams.yaml}, each {@code key=value}; {@code overwrite}, whether a complete output
 * is replaced, false unless set; {@code outputCol} of the scorer.
 */
public final class NgramCounter extends Estimator<NgramScorer> implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Param<String> modelPath;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final IntParam order;
  private final Param<String> tokenizer;
  private final Param<String> estimator;
  private final StringArrayParam keys;
  private final BooleanParam overwrite;

  /** With an id of its own. */
  public NgramCounter() {
    this(Identifiable.randomUID("ngramCounter"));
  }

  /** With an id that is given, as readers and copies do. */
  public NgramCounter(String uid) {
    this.uid = uid;
    modelPath = new Param<>(this, "modelPath", "the folder for counts and model");
    inputCol = new Param<>(this, "inputCol", "the column of text");
    outputCol = new Param<>(this, "outputCol", "the score's column");
    order = new IntParam(this, "order", "N, the longest n-gram, 1 to 16");
    tokenizer = new Param<>(this, "tokenizer", "char, word or whitespace");
    estimator = new Param<>(this, "estimator", "as seqlm ngrams --estimator");
    keys = new StringArrayParam(this, "keys", "other keys of conf/ngrams.yaml, each key=value");
    overwrite = new BooleanParam(this, "overwrite", "whether a complete output is replaced");
    setDefault(inputCol, "text");
    setDefault(outputCol, "score");
    setDefault(order, 3);
    setDefault(tokenizer, "word");
    setDefault(estimator, "kneser-ney");
    setDefault(keys, new String[0]);
    setDefault(overwrite, false);
  }

  @Override
  public String uid() {
    return uid;
  }

  public Param<String> modelPath() {
    return modelPath;
  }

  public Param<String> inputCol() {
    return inputCol;
  }

  public Param<String> outputCol() {
    return outputCol;
  }

  public IntParam order() {
    return order;
  }

  public Param<String> tokenizer() {
    return tokenizer;
  }

  public Param<String> estimator() {
    return estimator;
  }

  public StringArrayParam keys() {
    return keys;
  }

  public BooleanParam overwrite() {
    return overwrite;
  }

  public NgramCounter setModelPath(String value) {
    set(modelPath, value);
    return this;
  }

  public NgramCounter setInputCol(String value) {
    set(inputCol, value);
    return this;
  }

  public NgramCounter setOutputCol(String value) {
    set(outputCol, value);
    return this;
  }

  public NgramCounter setOrder(int value) {
    set(order, value);
    return this;
  }

  public NgramCounter setTokenizer(String value) {
    set(tokenizer, value);
    return this;
  }

  public NgramCounter setEstimator(String value) {
    set(estimator, value);
    return this;
  }

  public NgramCounter setKeys(String[] value) {
    set(keys, value);
    return this;
  }

  /** As spark.ml has its switches. */
  public NgramCounter setOverwrite(boolean value) {
    set(overwrite, value);
    return this;
  }

  @Override
  public NgramCounter copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  private NgramScorer scorer() {
    if (!isDefined(modelPath)) {
      throw ColumnStage.missing(uid, "modelPath");
    }
    return new NgramScorer(uid)
        .setModelPath(getOrDefault(modelPath))
        .setInputCol(getOrDefault(inputCol))
        .setOutputCol(getOrDefault(outputCol));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    settings();
    return scorer().transformSchema(schema);
  }

  @Override
  public NgramScorer fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    try {
      SeqlmNgrams.count(
          dataset,
          getOrDefault(inputCol),
          getOrDefault(modelPath),
          (boolean) getOrDefault(overwrite) ? SaveMode.Overwrite : SaveMode.ErrorIfExists,
          settings());
    } catch (UserException e) {
      throw new IllegalArgumentException(uid + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    NgramScorer scorer = scorer();
    scorer.setParent(this);
    return scorer;
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("order", String.valueOf(getOrDefault(order)));
    settings.put("tokenizer.kind", getOrDefault(tokenizer));
    settings.put("model.estimator", getOrDefault(estimator));
    for (String given : List.of(getOrDefault(keys))) {
      int at = given.indexOf('=');
      String key = at < 0 ? given : given.substring(0, at);
      if (at < 1 || settings.containsKey(key)) {
        throw new IllegalArgumentException(
            uid
                + ": keys has "
                + given
                + (at < 1
                    ? ", which is no key=value"
                    : ", which has a param of its own: set that"));
      }
      settings.put(key, given.substring(at + 1));
    }
    return settings;
  }

  /** Reads what {@code save} wrote. */
  public static MLReader<NgramCounter> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads what {@code save} wrote there. */
  public static NgramCounter load(String path) {
    return read().load(path);
  }
}
