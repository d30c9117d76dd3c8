package org.seqlm.ngram.model;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.seqlm.UserException;
import org.seqlm.ngram.smooth.Estimator;

/**
 * Which Markov model of a set of counts is meant.
 *
 * @param estimator how counts become probabilities
 * @param order 1 to the counts' order
 * @param k of {@link Estimator#ADD_K}, greater than 0
 */
public record ModelSelector(Estimator estimator, int order, double k) {

  /** What a line of a table calls the model, for instance {@code 3-gram add-k 0.01}. */
  public String title() {
    return order
        + "-gram "
        + estimator.title()
        + (estimator == Estimator.ADD_K
            ? " " + BigDecimal.valueOf(k).stripTrailingZeros().toPlainString()
            : "");
  }

  /**
   * Reads a selector such as {@code estimator=add-k,order=3,k=0.01}; what it leaves out comes from
   * this one.
   *
   * @param text parts separated by commas; null or blank for this model itself
   * @param highest the counts' order
   * @throws UserException with exit code 2 and every problem found
   */
  public ModelSelector parse(String text, int highest) {
    Estimator chosen = estimator;
    int chosenOrder = order;
    double chosenK = k;
    List<String> problems = new ArrayList<>();
    String selector = text == null ? "" : text;
    for (String part : selector.split(",", -1)) {
      if (part.isBlank()) {
        continue;
      }
      int equals = part.indexOf('=');
      String key = equals < 0 ? part.strip() : part.substring(0, equals).strip();
      String value = equals < 0 ? "" : part.substring(equals + 1).strip();
      try {
        switch (key) {
          case "estimator" ->
              chosen = Estimator.valueOf(value.toUpperCase(Locale.ROOT).replace('-', '_'));
          case "order" -> chosenOrder = Integer.parseInt(value);
          case "k" -> chosenK = Double.parseDouble(value);
          default ->
              problems.add(
                  "an n-gram model is chosen by estimator, order and k, for instance"
                      + " estimator=add-k,order="
                      + highest
                      + ",k=0.01, but got "
                      + part.strip());
        }
      } catch (IllegalArgumentException e) {
        problems.add(
            key
                + " of an n-gram model must be "
                + (key.equals("estimator")
                    ? "mle or add-k"
                    : key.equals("order") ? "a whole number" : "a number")
                + ", but is "
                + value);
      }
    }
    if (chosen.backsOff() && (chosen != estimator || chosenOrder != order)) {
      problems.add(
          "a "
              + chosen.title()
              + " model of order "
              + chosenOrder
              + " is not among what was estimated, "
              + title()
              + ": choose estimator=mle or estimator=add-k, which counts alone give, or estimate it"
              + " with seqlm ngrams --estimator "
              + chosen.title()
              + " --order "
              + chosenOrder);
    }
    if (chosenOrder < 1 || chosenOrder > highest) {
      problems.add(
          "order of an n-gram model must be 1 to "
              + highest
              + ", the order that was counted, but is "
              + chosenOrder);
    }
    if (!(chosenK > 0 && chosenK < Double.POSITIVE_INFINITY)) {
      problems.add("k of an n-gram model must be greater than 0 and finite, but is " + chosenK);
    }
    if (!problems.isEmpty()) {
      throw UserException.configuration(problems);
    }
    return new ModelSelector(chosen, chosenOrder, chosenK);
  }
}
