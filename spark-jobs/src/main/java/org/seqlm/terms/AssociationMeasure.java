package org.seqlm.terms;

import java.util.Locale;

/**
 * How strongly words belong together: the higher, the more. O is how often they are observed
 * together, E how often the null model expects them, N the windows, n the sides that are taken to
 * be independent. G² and χ² say how sure it is that O differs from E, on either side of it: what
 * ranks by them takes what {@link Association#attracts} only. The others say by how much.
 */
public enum AssociationMeasure {
  /** Bits by which the words predict each other. Favours rare words. */
  PMI("log2 (O / E)", "Church and Hanks, Computational Linguistics 16(1), 1990") {
    @Override
    public double of(Association counts) {
      return Cells.log2(counts.observed() / counts.expected());
    }
  },

  /**
   * PMI by the most that it can be: 1 where the words appear only together, 0 where they are
   * independent, −1 where they never meet. With more than two sides by (n − 1) times as much.
   */
  NPMI("PMI / (−(n − 1) log2 (O / N))", "Bouma, GSCL 2009") {
    @Override
    public double of(Association counts) {
      if (counts.observed() == 0) {
        return -1;
      }
      if (counts.observed() == counts.total()) {
        return 1; // together in all windows
      }
      double most = -(counts.sides() - 1) * Cells.log2((double) counts.observed() / counts.total());
      return Math.max(-1, Math.min(1, PMI.of(counts) / most));
    }
  },

  /** PMI with the count's weight: less in favour of rare words. */
  MI3("log2 (O³ / E)", "Daille, Approche mixte pour l'extraction de terminologie, Paris 7, 1994") {
    @Override
    public double of(Association counts) {
      return PMI.of(counts) + 2 * Cells.log2(counts.observed());
    }
  },

  /** Does not depend on N: comparable between corpora. At most 14. */
  LOG_DICE("14 + log2 (n O / Σ f)", "Rychlý, RASLAN 2008") {
    @Override
    public double of(Association counts) {
      return 14 + Cells.log2(counts.sides() * counts.observed() / counts.marginals());
    }
  },

  /** Dunning's log-likelihood ratio; p by χ² with one degree of freedom. */
  G2("2 Σ O ln (O / E) over all cells", "Dunning, Computational Linguistics 19(1), 1993") {
    @Override
    public double of(Association counts) {
      return counts.logLikelihood();
    }
  },

  /** Standard errors between O and E, with O as the variance. Favours frequent words. */
  T("(O − E) / √O", "Church, Gale, Hanks and Hindle 1991; Manning and Schütze 1999, equation 5.3") {
    @Override
    public double of(Association counts) {
      return counts.observed() == 0
          ? Double.NEGATIVE_INFINITY
          : (counts.observed() - counts.expected()) / Math.sqrt(counts.observed());
    }
  },

  /** Pearson's test of independence. Not to be trusted where E is below 5. */
  CHI2("Σ (O − E)² / E over all cells", "Manning and Schütze 1999, equation 5.6") {
    @Override
    public double of(Association counts) {
      return counts.chiSquare();
    }
  },

  /** The same with a correction for O being a whole number. */
  CHI2_YATES(
      "Σ (max (0, |O − E| − ½))² / E over all cells",
      "Yates, Supplement to the Journal of the Royal Statistical Society 1(2), 1934") {
    @Override
    public double of(Association counts) {
      return counts.chiSquareYates();
    }
  };

  private final String formula;
  private final String source;

  AssociationMeasure(String formula, String source) {
    this.formula = formula;
    this.source = source;
  }

  /** The measure of some counts; may be infinite where nothing is observed. */
  public abstract double of(Association counts);

  /** For people. */
  public String formula() {
    return formula;
  }

  /** Where the formula is from. */
  public String source() {
    return source;
  }

  /** Of a column: {@code log_dice}. */
  public String column() {
    return name().toLowerCase(Locale.ROOT);
  }
}
