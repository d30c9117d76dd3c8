package org.seqlm.spark.watch;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Gives the {@link Figure}s to the driver's metrics system, by the way that Spark has for others:
 * {@code spark.plugins}. Its name is part of each metric's. Executors have nothing to tell: their
 * workers report to the driver.
 */
public final class SeqlmPlugin implements SparkPlugin {
  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Map<String, String> init(SparkContext spark, PluginContext context) {
        register(context.metricRegistry());
        spark.addSparkListener(new TaskTotals());
        return Map.of();
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return null;
  }

  /** All figures, under their names. */
  static void register(MetricRegistry registry) {
    for (Figure figure : Figure.values()) {
      registry.register(figure.metric(), (Gauge<Double>) () -> Figures.of(figure));
    }
  }
}
