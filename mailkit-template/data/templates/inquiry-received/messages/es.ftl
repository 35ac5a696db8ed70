subject = Su consulta: { $topic } ({ $reference })
preheader = { $department } le responderá en un plazo de { horas }.

# En la correspondencia comercial el saludo termina en dos puntos.
salutation = { $recipient ->
    [none] { greeting }:
   *[named] { greeting }, { $recipient }:
}
# La tarde comienza a mediodía (evening1) y la noche a las ocho (night1).
greeting = { $day-period ->
    [morning1] Buenos días
    [morning2] Buenos días
    [evening1] Buenas tardes
    [night1] Buenas noches
   *[neutral] Reciba un cordial saludo
}
thanks = Le agradecemos que se haya puesto en contacto con { $company }. Hemos recibido su consulta y la atenderemos con mucho gusto.

topic-label = Su asunto:
reference-label = Nuestra referencia:

next-step = Nuestro departamento de { $department } está estudiando su petición y le responderá personalmente en un plazo de { horas }.
keep-reference = Si desea añadir algún dato, responda a este mensaje y conserve la referencia en el asunto.
horas = { $sla ->
    [one] una hora
    [many] { $sla } de horas
   *[other] { $sla } horas
}

closing = Atentamente,
phone-label = Teléfono:
automatic-note = Este acuse de recibo se ha enviado de forma automática. La respuesta a su consulta la escribirá una persona de nuestro equipo.
