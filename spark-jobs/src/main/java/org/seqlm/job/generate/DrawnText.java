package org.seqlm.job.generate;

import java.util.ArrayList;
import java.util.List;
import org.seqlm.lm.Sampler;
import org.seqlm.lm.SamplingRules;
import org.seqlm.spark.models.PathModel;
import org.seqlm.text.Tokenizer;
import org.seqlm.vocab.ShortText;
import org.seqlm.vocab.Vocabulary;

/**
 * A text that a model drew.
 *
 * @param text prompt and continuation
 * @param tokens drawn
 * @param unknownPromptTokens of the prompt, read as {@code <unk>}
 */
public record DrawnText(String text, int tokens, int unknownPromptTokens) {
  /**
   * Draws one.
   *
   * @param begin the prompt
   * @param length tokens to draw
   * @throws org.seqlm.UserException with exit code 3 if the model gives no token a probability
   */
  public static DrawnText of(
      PathModel model, String begin, SamplingRules rules, int length, long seed) {
    Vocabulary vocabulary = model.vocabulary();
    Tokenizer tokenizer = Tokenizer.of(model.rules());
    ShortText prompt = ShortText.of(tokenizer, vocabulary, begin);
    int[] drawn = new Sampler(model.model(), prompt.ids(), rules, seed).draw(length);
    List<String> tokens = new ArrayList<>(prompt.tokens());
    for (int id : drawn) {
      tokens.add(vocabulary.token(id));
    }
    return new DrawnText(tokenizer.detokenize(tokens), drawn.length, prompt.unknown());
  }
}
