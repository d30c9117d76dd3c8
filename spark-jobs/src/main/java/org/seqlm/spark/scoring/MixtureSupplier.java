package org.seqlm.spark.scoring;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.lm.Mixture;
import org.seqlm.spark.models.ModelSupplier;

/** How an executor comes by a mixture: by each of its models. */
final class MixtureSupplier implements ModelSupplier {
  private static final long serialVersionUID = 1L;

  private final String[] names; // (model)
  private final ModelSupplier[] suppliers; // (model)
  private final double[] weights; // (model), summing to 1

  MixtureSupplier(List<String> names, List<ModelSupplier> suppliers, double[] weights) {
    this.names = names.toArray(String[]::new);
    this.suppliers = suppliers.toArray(ModelSupplier[]::new);
    this.weights = weights.clone();
  }

  /** How many are mixed. */
  int models() {
    return suppliers.length;
  }

  @Override
  public Mixture model() throws IOException {
    List<Mixture.Component> components = new ArrayList<>();
    for (int i = 0; i < suppliers.length; i++) {
      components.add(new Mixture.Component(names[i], suppliers[i].model(), weights[i]));
    }
    return new Mixture(components);
  }
}
