package org.seqlm.spark.scoring;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.lm.LanguageModel;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;

/** A network that the driver holds, for executors: its parameters are broadcast once. */
public final class BroadcastModel implements ModelSupplier, AutoCloseable {
  private static final long serialVersionUID = 1L;

  /** The last model an executor made, by broadcast; one at a time is scored. */
  private static final Map<Long, LanguageModel> MODELS = new ConcurrentHashMap<>();

  private final NetworkSpec spec;
  private final Broadcast<float[]> parameters;
  private final Broadcast<byte[]> tokens;
  private final TokenizerKind kind;

  /**
   * @param kind of the model's tokens
   */
  public BroadcastModel(JavaSparkContext spark, RecurrentLanguageModel model, TokenizerKind kind)
      throws IOException {
    this.spec = model.spec();
    this.parameters = spark.broadcast(model.parameters());
    this.kind = kind;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Vocabularies.write(model.vocabulary(), bytes);
    this.tokens = spark.broadcast(bytes.toByteArray());
  }

  @Override
  public LanguageModel model() throws IOException {
    LanguageModel kept = MODELS.get(parameters.id());
    if (kept == null) {
      Vocabulary vocabulary =
          Vocabularies.read(
              kind, new ByteArrayInputStream(tokens.value()), "the broadcast vocabulary");
      kept = new RecurrentLanguageModel(spec, parameters.value(), vocabulary);
      MODELS.clear();
      MODELS.put(parameters.id(), kept);
    }
    return kept;
  }

  @Override
  public void close() {
    MODELS.clear();
    parameters.destroy();
    tokens.destroy();
  }
}
