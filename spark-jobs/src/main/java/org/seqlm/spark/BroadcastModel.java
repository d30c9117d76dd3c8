package org.seqlm.spark;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.lm.LanguageModel;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.RecurrentLanguageModel;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;

/** A network that the driver holds, for executors: its parameters are broadcast once. */
public final class BroadcastModel implements ModelSupplier, AutoCloseable {
  private static final long serialVersionUID = 1L;

  /** The last model an executor made, by broadcast; one at a time is scored. */
  private static final Map<Long, LanguageModel> MODELS = new ConcurrentHashMap<>();

  private final NetworkSpec spec;
  private final Broadcast<float[]> parameters;
  private final Broadcast<PackedTokens> tokens;
  private final int reserved;

  public BroadcastModel(JavaSparkContext spark, RecurrentLanguageModel model) {
    this.spec = model.spec();
    this.parameters = spark.broadcast(model.parameters());
    this.tokens = spark.broadcast(Vocabularies.pack(model.vocabulary()));
    this.reserved = model.vocabulary().reserved();
  }

  @Override
  public LanguageModel model() {
    LanguageModel kept = MODELS.get(parameters.id());
    if (kept == null) {
      Vocabulary vocabulary = Vocabularies.unpack(reserved, tokens.value());
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
