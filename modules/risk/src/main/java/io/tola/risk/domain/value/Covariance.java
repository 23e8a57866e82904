package io.tola.risk.domain.value;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * How returns vary together in one session. Immutable.
 *
 * <p>It may be singular: more assets than sessions, an asset that never moved, two that always moved
 * alike. Nothing here needs its inverse, so that is no error; {@link #rank} tells.
 */
public final class Covariance {

  /** Of the largest variance: what is smaller is rounding, not risk. */
  private static final double NOTHING = 1e-12;

  private final DMatrixRMaj matrix;

  private Covariance(DMatrixRMaj matrix) {
    this.matrix = matrix;
  }

  /** Takes a symmetric, positive semidefinite matrix as it is. */
  public static Covariance of(double[][] matrix) {
    return new Covariance(new DMatrixRMaj(matrix));
  }

  /**
   * The sample's: around the sample's means, divided by n − 1.
   *
   * @param returns two sessions at least
   */
  public static Covariance sample(ReturnMatrix returns) {
    int sessions = returns.sessions();
    double scale = 1 / Math.sqrt(sessions - 1.0);
    DMatrixRMaj centred = new DMatrixRMaj(returns.assets(), sessions);
    for (int i = 0; i < returns.assets(); i++) {
      double[] row = returns.of(i);
      double mean = 0;
      for (double r : row) {
        mean += r;
      }
      mean /= sessions;
      for (int t = 0; t < sessions; t++) {
        centred.data[i * sessions + t] = (row[t] - mean) * scale;
      }
    }
    return outer(centred);
  }

  /**
   * RiskMetrics': around zero, session by session with the weights of {@link Weights#byAge}, which add
   * up to 1 (the finite window's form of the recursion).
   */
  public static Covariance ewma(ReturnMatrix returns, double lambda) {
    int sessions = returns.sessions();
    double[] weights = Weights.byAge(sessions, lambda);
    DMatrixRMaj weighted = new DMatrixRMaj(returns.assets(), sessions);
    for (int i = 0; i < returns.assets(); i++) {
      double[] row = returns.of(i);
      for (int t = 0; t < sessions; t++) {
        weighted.data[i * sessions + t] = row[t] * Math.sqrt(weights[t]);
      }
    }
    return outer(weighted);
  }

  private static Covariance outer(DMatrixRMaj rows) {
    DMatrixRMaj matrix = new DMatrixRMaj(rows.numRows, rows.numRows);
    CommonOps_DDRM.multOuter(rows, matrix);
    return new Covariance(matrix);
  }

  public int assets() {
    return matrix.numRows;
  }

  public double at(int i, int j) {
    return matrix.get(i, j);
  }

  /** Covariance of each asset's return with the portfolio's profit: Σv, in rupees. */
  public double[] with(double[] values) {
    int n = assets();
    double[] product = new double[n];
    for (int i = 0; i < n; i++) {
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += matrix.data[i * n + j] * values[j];
      }
      product[i] = sum;
    }
    return product;
  }

  /** Standard deviation of the portfolio's profit in one session, rupees. */
  public double deviation(double[] values) {
    double[] product = with(values);
    double variance = 0;
    for (int i = 0; i < product.length; i++) {
      variance += values[i] * product[i];
    }
    return Math.sqrt(Math.max(0, variance));
  }

  /**
   * A root of the matrix.
   *
   * @param root L with LL′ the covariance, a row for each asset
   * @param rank how many independent sources of risk there are
   */
  public record Root(double[][] root, int rank) {

    /** L′v: the rupees that one unit of each independent source moves the portfolio by. */
    public double[] loadings(double[] values) {
      int n = values.length;
      double[] loadings = new double[n];
      for (int i = 0; i < n; i++) {
        double[] row = root[i];
        for (int k = 0; k < n; k++) {
          loadings[k] += values[i] * row[k];
        }
      }
      return loadings;
    }
  }

  /**
   * Cholesky's root; where the matrix is singular, the root by its eigenvalues, of which those that are
   * rounding are set to zero.
   */
  public Root root() {
    int n = assets();
    double largest = 0;
    for (int i = 0; i < n; i++) {
      largest = Math.max(largest, matrix.get(i, i));
    }
    if (n == 0 || !(largest > 0)) {
      return new Root(new double[n][n], 0);
    }
    CholeskyDecomposition_F64<DMatrixRMaj> cholesky = DecompositionFactory_DDRM.chol(n, true);
    if (cholesky.decompose(matrix.copy())) {
      DMatrixRMaj lower = cholesky.getT(null);
      double smallest = Double.MAX_VALUE;
      for (int i = 0; i < n; i++) {
        smallest = Math.min(smallest, lower.get(i, i) * lower.get(i, i));
      }
      if (smallest > NOTHING * largest) {
        return new Root(rows(lower), n);
      }
    }
    return byEigenvalues(n);
  }

  private Root byEigenvalues(int n) {
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(n, true, true);
    if (!eigen.decompose(matrix.copy())) {
      throw new IllegalStateException("the covariance has no eigenvalues: it is not symmetric");
    }
    double largest = 0;
    for (int k = 0; k < n; k++) {
      largest = Math.max(largest, eigen.getEigenvalue(k).getReal());
    }
    double[][] root = new double[n][n];
    int rank = 0;
    for (int k = 0; k < n; k++) {
      double value = eigen.getEigenvalue(k).getReal();
      if (value > NOTHING * n * largest) {
        DMatrixRMaj vector = eigen.getEigenVector(k);
        for (int i = 0; i < n; i++) {
          root[i][k] = vector.get(i, 0) * Math.sqrt(value);
        }
        rank++;
      }
    }
    return new Root(root, rank);
  }

  private static double[][] rows(DMatrixRMaj matrix) {
    double[][] rows = new double[matrix.numRows][matrix.numCols];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(matrix.data, i * matrix.numCols, rows[i], 0, matrix.numCols);
    }
    return rows;
  }
}
