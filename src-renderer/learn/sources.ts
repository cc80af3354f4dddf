/** Where the lessons come from, as the field cites it. */
export const SOURCES = {
  score: ['Hyvärinen 2005, JMLR 6:695', 'Efron 2011, JASA 106:1602 (Tweedie’s formula)'],
  energy: ['LeCun et al. 2006, A tutorial on energy-based learning', 'Song & Kingma 2021, arXiv:2101.03288'],
  matching: [
    'Hyvärinen 2005, JMLR 6:695',
    'Vincent 2011, Neural Computation 23:1661',
    'Song, Garg, Shi & Ermon 2019, arXiv:1905.07088',
  ],
  weighting: [
    'Song & Ermon 2019, arXiv:1907.05600',
    'Song & Ermon 2020, arXiv:2006.09011',
    'Song, Durkan, Murray & Ermon 2021, arXiv:2101.09258',
  ],
  langevin: ['Roberts & Tweedie 1996, Bernoulli 2:341', 'Song & Ermon 2019, arXiv:1907.05600'],
  mixing: ['Song & Ermon 2019, arXiv:1907.05600, section 3.2'],
  forward: ['Song et al. 2021, arXiv:2011.13456'],
  chains: [
    'Song & Ermon 2019, arXiv:1907.05600',
    'Ho, Jain & Abbeel 2020, arXiv:2006.11239',
    'Song et al. 2021, arXiv:2011.13456, appendix B',
  ],
  reverse: ['Anderson 1982, Stochastic Processes and their Applications 12:313', 'Song et al. 2021, arXiv:2011.13456'],
  adaptive: [
    'Dormand & Prince 1980, J. Comput. Appl. Math. 6:19',
    'Chen et al. 2018, arXiv:1806.07366',
    'Song et al. 2021, arXiv:2011.13456, section 4.3',
  ],
  guidance: ['Song et al. 2021, arXiv:2011.13456, section 5', 'Dhariwal & Nichol 2021, arXiv:2105.05233'],
  posterior: ['Song et al. 2021, arXiv:2011.13456, section 5', 'Song et al. 2022, arXiv:2111.08005'],
} as const satisfies Record<string, readonly string[]>;

export type LessonName = keyof typeof SOURCES;
