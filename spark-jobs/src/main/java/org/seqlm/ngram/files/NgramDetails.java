package org.seqlm.ngram.files;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.model.ModelSelector;
import org.seqlm.ngram.smooth.OrderFit;
import org.seqlm.text.TextRules;
import org.seqlm.vocab.VocabularyLimits;

/**
 * What the manifest of counted n-grams adds.
 *
 * @param order N, the highest that was counted
 * @param boundary how far an n-gram may reach
 * @param rules how the text was normalised and cut
 * @param vocabularySize ids, reserved ones included
 * @param vocabularyFingerprint of the tokens in id order
 * @param tokens of the counted text, line ends included
 * @param unknown of them, those outside the vocabulary
 * @param slices that the counts are cut into
 * @param wantedSlices how many were asked for; null where an earlier release did not write it down
 * @param limits of the vocabulary; null where they are not known
 * @param model the one to use where nothing else is said
 * @param pruning the count that an n-gram of each order must exceed to stay in the model
 * @param ngrams of the back-off model by order; empty where none was estimated
 * @param fits what its estimator took from the counts, by order
 * @param texts that were counted; null where an earlier release did not write them down
 */
@JsonIgnoreProperties("sliced-unknown") // earlier releases cut slices otherwise
public record NgramDetails(
    int order,
    Boundary boundary,
    TextRules rules,
    int vocabularySize,
    String vocabularyFingerprint,
    long tokens,
    long unknown,
    int slices,
    Integer wantedSlices,
    VocabularyLimits limits,
    ModelSelector model,
    List<Long> pruning,
    List<Long> ngrams,
    List<OrderFit> fits,
    @JsonInclude(JsonInclude.Include.NON_NULL) List<CountedText> texts) {

  public NgramDetails {
    pruning = List.copyOf(pruning);
    ngrams = List.copyOf(ngrams);
    fits = List.copyOf(fits);
    texts = texts == null ? null : List.copyOf(texts);
  }

  /** The order of what is stored: contexts of at least one token. */
  public int storedOrder() {
    return Math.max(2, order);
  }
}
