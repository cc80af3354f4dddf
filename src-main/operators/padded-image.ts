/** An image and its transpose, every line with a zero before and after it, so that rays interpolate without asking. */
export class PaddedImage {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
  readonly height: number;
  readonly width: number;

  constructor(height: number, width: number) {
    this.height = height;
    this.width = width;
    this.rows = new Float64Array(height * (width + 2));
    this.columns = new Float64Array(width * (height + 2));
  }

  clear(): void {
    this.rows.fill(0);
    this.columns.fill(0);
  }

  load(plane: Float32Array): void {
    for (let i = 0; i < this.height; i++) {
      for (let j = 0; j < this.width; j++) {
        const value = plane[i * this.width + j];
        this.rows[i * (this.width + 2) + j + 1] = value;
        this.columns[j * (this.height + 2) + i + 1] = value;
      }
    }
  }

  /** The sum of both orientations. */
  store(plane: Float32Array): void {
    for (let i = 0; i < this.height; i++) {
      for (let j = 0; j < this.width; j++) {
        plane[i * this.width + j] =
          this.rows[i * (this.width + 2) + j + 1] + this.columns[j * (this.height + 2) + i + 1];
      }
    }
  }
}
